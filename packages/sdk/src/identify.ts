import { type IdentifyTree, leavesOf, type Method, type TokenPolicy } from '@sallyport/core'
import { type Bound, identifyKinds, type StagePorts } from '@sallyport/stages'
import { declared } from './declared.ts'

/** One way to tell who calls. */
export interface MethodRule {
  readonly bound: Bound<Method>
  /** What it asks of magic tokens, where it takes them. */
  readonly tokens?: AskedTokens
}

/** Magic tokens that are good here: those that name this audience, within these bounds. */
export interface AskedTokens {
  readonly audience: string
  readonly policy: TokenPolicy
}

/** How callers are told apart: one way, or several of which any or all must be good. They nest. */
export type Identify = IdentifyTree<MethodRule>

/** What is declared with a method, in place of what a gateway has for all of its APIs. */
type Own = Partial<Pick<StagePorts, 'issuers' | 'sets' | 'magicTokens' | 'gateway'>>

/** A method that knows what was declared with it, and nothing of what others were: a key that is good there is good nowhere else. */
export const knowing = ({ create, ...bound }: Bound<Method>, own: (ports: StagePorts) => Own): MethodRule => ({
  bound: { ...bound, create: (ports, rule) => create({ ...ports, ...own(ports) }, rule) },
})

export const anonymous: MethodRule = { bound: declared('anonymous', identifyKinds.anonymous.settings, true) }

/** Of what is presented everything must be good; one of them is enough. */
export const any = (...of: readonly Identify[]): Identify => ({ any: several('any', of, 1) })

/** All of them are needed; scopes are those that all have. */
export const all = (...of: readonly Identify[]): Identify => ({ all: several('all', of, 2) })

function several(what: string, of: readonly Identify[], fewest: number): readonly Identify[] {
  if (!of.every(isIdentify)) throw new TypeError(`${what}: needs ways to tell callers, such as jwt({ … })`)
  if (of.length < fewest) throw new TypeError(`${what}: needs ${fewest} ways to tell callers or more`)
  return of
}

export const isMethod = (tree: Identify): tree is MethodRule => 'bound' in tree

/** Whether a value is what those here gave. */
export function isIdentify(value: unknown): value is Identify {
  const { bound, any: one, all: each } = Object(value)
  const [more] = [one, each].filter(Array.isArray)
  return typeof bound?.create === 'function' || (more?.every(isIdentify) ?? false)
}

/** What is asked of magic tokens where they are taken. */
export const tokensIn = (tree: Identify): AskedTokens | undefined =>
  leavesOf(tree).find(({ tokens }) => tokens !== undefined)?.tokens
