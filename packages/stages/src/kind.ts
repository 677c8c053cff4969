import type { Json, Rule } from '@sallyport/core'
import type { ZodType, z } from 'zod'
import type { DescribedOperation } from './openapi/description.ts'
import type { StagePorts } from './ports.ts'

type Create<Made> = Rule<StagePorts, Made>['create']

/** A rule as its settings gave it, before the place that wrote it gives it a name and an owner. */
export interface Bound<Made> extends Pick<Rule<StagePorts, Made>, 'kind' | 'label' | 'config' | 'trial' | 'create'> {
  /** What must be read before the guard can be made. */
  readonly unread?: Unread<Made>
  /** Where the rule is about what the API's OpenAPI document says of an operation: how the guard is made for one. Throws TypeError. */
  readonly described?: (operation: DescribedOperation) => Create<Made>
}

/** A file that is named in settings. */
export interface NamedFile {
  /** Where in the rule's settings it is named. */
  readonly at: readonly (string | number)[]
  /** Relative to the file that names it. */
  readonly file: string
  /** `documents`: JSON or YAML, with those that its `$ref`s lead to. */
  readonly as: 'text' | 'module' | 'documents'
}

/** What was read of a file: its text, what it exports, or nothing but `documents`. */
export interface ReadFile {
  /** The whole path. */
  readonly file: string
  readonly content: unknown
  /** By URL, the file's own first; empty unless they were asked for. */
  readonly documents: ReadonlyMap<string, Json>
}

/** What a guard can't be made of: a part of its rule's settings, which are good otherwise. */
export class UnfitPart extends TypeError {
  override readonly name = 'UnfitPart'
  /** Where in the settings. */
  readonly at: NamedFile['at']

  constructor(message: string, at: NamedFile['at']) {
    super(message)
    this.at = at
  }
}

/** Files that are named in settings. */
export interface Unread<Made> {
  readonly files: readonly NamedFile[]
  /** How the guard is made of what was read, in the order of `files`. Throws TypeError, or rejects with it, where that can't be. */
  bind(read: readonly ReadFile[]): Create<Made> | Promise<Create<Made>>
}

/** One kind of guard: what may be written for it, and how the guard is made of that. */
export interface Kind<Made, Written = unknown> {
  /** Reads the settings as written and gives a rule that is ready to be made. */
  readonly settings: ZodType<Bound<Made>, Written>
}

/** What may be written for the kinds of a table, by their names. */
export type Written<Table extends Readonly<Record<string, Kind<unknown>>>> = {
  readonly [Name in keyof Table]?: Table[Name] extends Kind<unknown, infer Settings> ? Settings : never
}

/** A kind of guard: its name, what may be written, how people are shown it, and how it is made. */
export interface Definition<Settings extends ZodType, Made> {
  readonly kind: string
  readonly settings: Settings
  label(config: z.output<Settings>): string
  create(config: z.output<Settings>, ports: StagePorts, rule: { readonly owner: string; readonly name: string }): Made
}

/** The rule that settings come to. */
export function boundOf<Settings extends ZodType, Made>(
  { kind, label, create }: Definition<Settings, Made>,
  config: z.output<Settings>,
): Bound<Made> {
  return { kind, label: label(config), config, create: (ports, rule) => create(config, ports, rule) }
}

/** Declares a kind of guard. The settings' type reaches `label` and `create`; nothing is parsed twice or cast. */
export function guardKind<Settings extends ZodType, Made>(
  definition: Definition<Settings, Made>,
): Kind<Made, z.input<Settings>> {
  return { settings: definition.settings.transform(config => boundOf(definition, config)) }
}
