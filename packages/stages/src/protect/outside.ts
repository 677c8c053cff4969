import { type Arrival, type Guard, Problem, readTarget } from '@sallyport/core'
import { findApi } from '../admit/find.ts'
import type { Made } from '../judge.ts'
import type { Routes } from '../routes.ts'

/** What holds for what leaves where a call led to no operation: what its API says, or else the gateway. */
export function outsideOf(routes: Routes, { target }: Arrival): readonly Made<Guard>[] {
  try {
    return findApi(routes, readTarget(target).segments)?.outside ?? routes.outside
  } catch (error) {
    if (error instanceof Problem) return routes.outside
    throw error
  }
}
