import type { AskedFor } from '@sallyport/core'
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import { malformed } from '../members.ts'
import type { Document } from './document.ts'

/** Different fields that one call may ask for at the root. */
const rootsMax = 50

/** What a set of selections comes to, fragments written out. */
interface Reach {
  readonly depth: number
  readonly fields: number
  /** How often each field stands at its top. */
  readonly tops: ReadonlyMap<string, number>
}

/** Fields that one field, or the selections of a fragment, come to. */
function together(reaches: readonly Reach[]): Reach {
  const tops = new Map<string, number>()
  let depth = 0
  let fields = 0
  for (const reach of reaches) {
    depth = Math.max(depth, reach.depth)
    fields += reach.fields
    for (const [name, count] of reach.tops) tops.set(name, (tops.get(name) ?? 0) + count)
  }
  return { depth, fields, tops }
}

const nowhere: ReadonlyMap<string, number> = new Map()

/**
 * Looks at selections once each, however often fragments repeat them. Directives are passed over: what `@skip` and `@include` leave out
 * counts as asked for, for that hangs on variables.
 */
class Walk {
  readonly #fragments: Document['fragments']
  readonly #known = new Map<string, Reach | 'under way'>()

  constructor({ fragments }: Document) {
    this.#fragments = fragments
  }

  of({ selections }: SelectionSetNode, isTop: boolean): Reach {
    if (selections.length === 0) throw malformed('braces of the document hold no field')
    return together(
      selections.map(selection => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#spread(selection.name.value, isTop)
        if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet, isTop)
        const below = selection.selectionSet && this.of(selection.selectionSet, false)
        const tops = isTop ? new Map([[selection.name.value, 1]]) : nowhere
        return { depth: 1 + (below?.depth ?? 0), fields: 1 + (below?.fields ?? 0), tops }
      }),
    )
  }

  #spread(name: string, isTop: boolean): Reach {
    const key = `${isTop} ${name}`
    const known = this.#known.get(key)
    if (known === 'under way') throw malformed(`the fragment ${name} holds itself`)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    if (fragment === undefined) throw malformed(`there is no fragment ${name}`)
    this.#known.set(key, 'under way')
    const reach = this.of(fragment.selectionSet, isTop)
    if (reach.tops.size > rootsMax) throw malformed(`more than ${rootsMax} fields are asked for at the root`)
    this.#known.set(key, reach)
    return reach
  }
}

/** What an operation asks for at its root, by the fields' own names, whatever they are called in the answer. */
export function rootsOf(document: Document, { operation, selectionSet }: OperationDefinitionNode): AskedFor {
  const { depth, fields, tops } = new Walk(document).of(selectionSet, true)
  if (tops.size > rootsMax) throw malformed(`more than ${rootsMax} fields are asked for at the root`)
  const named = [...tops.keys()]
  // The name of the root type says nothing of anybody's: beside other fields it needs no operation of its own.
  const meant = named.length > 1 ? named.filter(name => name !== '__typename') : named
  const repeats = Math.max(...tops.values())
  return { names: meant.map(name => `${operation} ${name}`), size: { depth, fields, repeats } }
}
