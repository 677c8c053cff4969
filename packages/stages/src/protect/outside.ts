import { type Arrival, type ErrorForm, type Guard, Problem, readTarget } from '@sallyport/core'
import { findApi } from '../admit/find.ts'
import type { Made } from '../judge.ts'
import type { Routes } from '../routes.ts'

/** What holds for what leaves where a call led to no operation. */
interface Outside {
  readonly outside: readonly Made<Guard>[]
  readonly errors?: ErrorForm
}

/** What the API says that the call led to, or else the gateway. */
export function outsideOf(routes: Routes, { target }: Arrival): Outside {
  try {
    return findApi(routes, readTarget(target).segments) ?? routes
  } catch (error) {
    if (error instanceof Problem) return routes
    throw error
  }
}
