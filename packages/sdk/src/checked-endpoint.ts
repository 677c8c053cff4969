import { requireCaptured } from './captured.ts'
import { requireDeclared } from './declared.ts'
import { type Endpoint, endpointOf, type Known, type RouteText, type Shape } from './endpoint.ts'
import { knownShape } from './known-shape.ts'

/** Declares an operation. Throws TypeError where the route is no method and path template, where an option can't be meant, or where `params` names what the path hasn't. */
export function endpoint<const S extends Shape, const R extends RouteText>(
  route: R,
  shape: S & Known<S, keyof Shape>,
): Endpoint<S, R> {
  requireDeclared(route, knownShape, shape)
  const made = endpointOf<S, R>(route, shape)
  requireCaptured(made)
  return made
}
