import type { Attribute, Json } from '@sallyport/core'
import { z } from 'zod'
import { type Protocol, shaped, Unclear } from './engine.ts'
import type { Facts } from './facts.ts'

const base = 'urn:oasis:names:tc:xacml'
const categories = {
  subject: `${base}:1.0:subject-category:access-subject`,
  action: `${base}:3.0:attribute-category:action`,
  resource: `${base}:3.0:attribute-category:resource`,
  environment: `${base}:3.0:attribute-category:environment`,
} as const

/** Names of ours, where XACML 3.0 appendix B has none. */
const own = (name: string) => `urn:sallyport:${name}`

interface XacmlAttribute {
  readonly AttributeId: string
  readonly DataType?: string
  readonly Value: Attribute
}

/** One attribute; none where there is no value, or a list of none. */
function attribute(AttributeId: string, Value: Attribute | undefined, DataType?: string): readonly XacmlAttribute[] {
  if (Value === undefined || (typeof Value === 'object' && Value.length === 0)) return []
  return [{ AttributeId, ...(DataType !== undefined && { DataType }), Value }]
}

const dateTime = 'http://www.w3.org/2001/XMLSchema#dateTime'
const ipAddress = `${base}:2.0:data-type:ipAddress`

const subjectAttributes = ({ subject, ip }: Facts) => [
  ...attribute(`${base}:1.0:subject:subject-id`, subject.id),
  ...attribute(own('subject:type'), subject.type),
  ...attribute(own('subject:issuer'), subject.issuer),
  ...attribute(own('subject:application'), subject.application),
  ...attribute(`${base}:2.0:subject:role`, subject.roles),
  ...attribute(own('subject:group'), subject.groups),
  ...attribute(own('subject:scope'), subject.scopes),
  ...attribute(`${base}:1.0:subject:authn-locality:ip-address`, ip, ipAddress),
  ...subject.claims.flatMap(([name, value]) => attribute(own(`claim:${encodeURIComponent(name)}`), value)),
]

const resourceAttributes = ({ path, api, operation, parameters }: Facts) => [
  ...attribute(`${base}:1.0:resource:resource-id`, path),
  ...attribute(own('resource:api'), api),
  ...attribute(own('resource:operation'), operation),
  ...Object.entries(parameters).flatMap(([name, value]) =>
    attribute(own(`parameter:${encodeURIComponent(name)}`), value),
  ),
]

/** JSON Profile of XACML 3.0 1.1, section 4.2. */
function question(facts: Facts): string {
  const Category = [
    { CategoryId: categories.subject, Attribute: subjectAttributes(facts) },
    {
      CategoryId: categories.action,
      Attribute: [
        ...attribute(`${base}:1.0:action:action-id`, facts.method),
        ...attribute(own('action:operation'), facts.operation),
      ],
    },
    { CategoryId: categories.resource, Attribute: resourceAttributes(facts) },
    {
      CategoryId: categories.environment,
      Attribute: attribute(`${base}:1.0:environment:current-dateTime`, facts.time, dateTime),
    },
  ]
  return JSON.stringify({ Request: { Category } })
}

const result = z.object({
  Decision: z.enum(['Permit', 'Deny', 'NotApplicable', 'Indeterminate']),
  Status: z.object({ StatusCode: z.object({ Value: z.string() }).optional() }).optional(),
  Obligations: z.array(z.unknown()).optional(),
})

/** Section 5.2. One question has one result. */
const shape = z.object({ Response: z.tuple([result]) })

const ok = `${base}:1.0:status:ok`

/** A deny-biased PEP (XACML 3.0 section 7.2.2): it permits where it can meet all obligations, and it knows none. Advice may be ignored. */
function said(answer: Json) {
  const { Response } = shaped(shape, answer)
  const [{ Decision, Status, Obligations = [] }] = Response
  if (Decision === 'Indeterminate') throw new Unclear('it says that its decision is indeterminate')
  if (Decision !== 'Permit') return { permits: false, reason: `its decision is ${Decision}` }
  if ((Status?.StatusCode?.Value ?? ok) !== ok) throw new Unclear('it permits with a status that is not ok')
  if (Obligations.length > 0) throw new Unclear('it permits with obligations, which nobody here meets')
  return { permits: true, reason: '' }
}

export const xacml: Protocol = {
  at: url => url,
  contentType: 'application/xacml+json',
  question,
  answers: ['application/xacml+json', 'application/json'],
  said,
}
