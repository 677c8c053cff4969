import type { RequestBody } from './body.ts'
import type { HeaderList } from './headers.ts'
import type { Principal } from './principal.ts'
import type { Target } from './target.ts'

/** A request as a listener hands it over, before anything was judged. */
export interface Arrival {
  readonly method: string
  /** The request target as it came. */
  readonly target: string
  readonly httpVersion: string
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[]
  /** The peer's address; undefined where none is known. */
  readonly peer: string | undefined
  readonly encrypted: boolean
  readonly body: RequestBody
}

/** What is said of an API, for policies about all that are alike. */
export interface ApiLabels {
  /** Who answers for it. */
  readonly owner?: string | undefined
  readonly tags: readonly string[]
}

export const noLabels: ApiLabels = { tags: [] }

/** Who announces a network to others: the number of the autonomous system (RFC 1930), and whose it is. */
export interface Network {
  readonly asn: number
  readonly owner: string | undefined
}

/** Finds out where public addresses are. What can't be read throws. */
export interface Geo {
  /** ISO 3166-1 alpha-2, such as `AU`; undefined where it isn't known. Missing where no database tells. */
  readonly country?: (ip: string) => string | undefined
  readonly network?: (ip: string) => Network | undefined
}

/** One call, parsed once and never changed. */
export interface Call {
  /** 128 random bits in hex. */
  readonly id: string
  /** Milliseconds since the epoch at arrival. */
  readonly at: number
  readonly method: string
  /** The one normalised target: what is matched is what is forwarded. */
  readonly target: Target
  readonly headers: HeaderList
  readonly host: string
  readonly scheme: 'http' | 'https'
  /** The caller's address, proxies looked through where they are trusted. */
  readonly ip: string | undefined
  /** Where addresses are, as far as a database tells. */
  readonly geo: Geo | undefined
  readonly api: string
  readonly labels: ApiLabels
  readonly operation: string
  /** What the path template captured, decoded once. */
  readonly parameters: Readonly<Record<string, string>>
  /** What its message asks for, where its operation is told by that: `tools/call search_items`. */
  readonly asked?: readonly string[] | undefined
  readonly body: RequestBody
}

/** What guards judge: the call and who makes it. */
export interface View {
  readonly call: Call
  readonly principal: Principal
}
