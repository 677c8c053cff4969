import type { ApiKeyEntry, IdentifyTree, Method, UserEntry } from '@sallyport/core'
import { type Bound, type Issuer, identifyKinds } from '@sallyport/stages'
import { declared } from './declared.ts'

/** What an application has to know to make a method. */
export interface Known {
  readonly issuers: readonly Issuer[]
  readonly keys: readonly ApiKeyEntry[]
  readonly users: readonly UserEntry[]
}

/** One way to tell who calls, with what it is made with. */
export interface MethodRule extends Partial<Known> {
  readonly bound: Bound<Method>
}

/** How callers are told apart: one way, or several of which any or all must be good. They nest. */
export type Identify = IdentifyTree<MethodRule>

export const anonymous: MethodRule = { bound: declared('anonymous', identifyKinds.anonymous.settings, true) }

/** Of what is presented everything must be good; one of them is enough. */
export const any = (...of: readonly Identify[]): Identify => ({ any: of })

/** All of them are needed; scopes are those that all have. */
export const all = (...of: readonly Identify[]): Identify => ({ all: of })

export const isMethod = (tree: Identify): tree is MethodRule => 'bound' in tree

/** The methods of a tree. */
export const methodsOf = (tree: Identify): readonly MethodRule[] =>
  isMethod(tree) ? [tree] : ('any' in tree ? tree.any : tree.all).flatMap(methodsOf)
