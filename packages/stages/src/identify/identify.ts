import { after, type Method, type Principal, Problem } from '@sallyport/core'
import { type Admitted, grant, type Identified } from '../passed.ts'
import { Refusal, refusalAt } from '../refusal.ts'
import type { Route } from '../route.ts'
import { anonymousPrincipal } from './anonymous.ts'
import { attemptsOf, countAttempts, requireAttempts } from './attempts.ts'
import { type Presented, presentedTo, verifyAll } from './identification.ts'
import { requireHere } from './token-policy.ts'

const missing = (reason: string) => new Problem('credential-missing', {}, reason)

function withoutCredential(route: Route): Principal {
  if (route.identify.methods.some(method => method.kind === 'anonymous')) return anonymousPrincipal
  throw missing('no credential was presented')
}

/** Good credentials that are not enough are never taken for none at all: half of them doesn't make anybody anonymous. */
function requireEnough(principal: Principal | undefined): Principal {
  if (principal !== undefined) return principal
  throw missing('only some of the credentials that are needed together were presented')
}

function accountsIn(presented: readonly Presented[]): string[] {
  return presented.flatMap(({ method, credential }) => method.account?.(credential) ?? [])
}

/** Verifies what was presented. Guesses are counted: only a bad credential is one, not an expired or misplaced one. */
function verified(admitted: Admitted, presented: readonly Presented[]): Principal | Promise<Principal> {
  const { call, route } = admitted
  const { ports, identify: identification } = route
  const attempts = attemptsOf(call, accountsIn(presented), route.attempts)
  const refuse = (error: unknown, method: Method): never => {
    throw refusalAt(error, 'identify', method.kind, admitted)
  }
  const asked = { call, tokens: route.tokens.policy }
  const verify = () => verifyAll(identification, presented, asked, refuse)
  const failed = (error: unknown): never | Promise<never> => {
    if (!(error instanceof Refusal) || error.problem.code !== 'credential-bad') throw error
    const counted = countAttempts(attempts, call, ports.edgeCounters)
    if (counted === undefined) throw error
    return counted.then(() => {
      throw error
    })
  }
  /** Others may have failed meanwhile: beyond the bound nobody is told whether their guess was right. */
  const afterwards = async (pending: Promise<Principal | undefined>) => {
    const [settled] = await Promise.allSettled([pending])
    await requireAttempts(attempts, call, ports)
    if (settled.status === 'rejected') throw settled.reason
    return requireEnough(settled.value)
  }
  const identified = () => {
    const principal = verify()
    return principal instanceof Promise ? afterwards(principal) : requireEnough(principal)
  }
  try {
    const principal = after(requireAttempts(attempts, call, ports), identified)
    return principal instanceof Promise ? principal.catch(failed) : principal
  } catch (error) {
    return failed(error)
  }
}

function identifyCall(admitted: Admitted): Principal | Promise<Principal> {
  const { call, route } = admitted
  const presented = presentedTo(route.identify, call)
  return presented.length === 0 ? withoutCredential(route) : verified(admitted, presented)
}

/** Who is calling? Nothing, bad and good are three things; bad stops. */
export function identify(admitted: Admitted): Identified | Promise<Identified> {
  const identified = (principal: Principal) => {
    requireHere(principal.grant, admitted.route.tokens)
    return grant<Identified>({ admitted, view: { call: admitted.call, principal } })
  }
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'identify', undefined, admitted)
  }
  try {
    const principal = identifyCall(admitted)
    return principal instanceof Promise ? principal.then(identified).catch(refuse) : identified(principal)
  } catch (error) {
    return refuse(error)
  }
}
