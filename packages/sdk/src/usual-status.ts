import type { Shape } from './endpoint.ts'

/** The status of a result that doesn't say otherwise. */
export const usualStatus = ({ response, status }: Shape): number => status ?? (response === undefined ? 204 : 200)
