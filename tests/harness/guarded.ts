import { callerHeader } from './caller.ts'

/** One guarded operation, `GET /items` unless told; every section is what is written after its key, in YAML's flow style. */
export interface Guarded {
  readonly to: string
  readonly operation?: string
  readonly gateway?: string
  readonly issuers?: string
  /** `apiKeys: ./keys.yaml` or `users: ./users.yaml`. */
  readonly sets?: string
  readonly identify?: string
  readonly authorize?: string
  readonly limit?: string
  readonly more?: string
}

/** How callers reach the gateways of these tests, as far as metadata is concerned. */
export const publicUrl = 'https://api.example.com'

/** Settings of the issuer `staff`, whose keys are in jwks.json. */
export const staffIssuer = (more = '') =>
  `{ issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json }${more === '' ? '' : `, ${more}`} }`

/** A gateway before one operation that tells the backend who calls. */
export const guardedYaml = ({ to, ...written }: Guarded) => `
sallyport: 1
gateway: { http: 0, url: ${publicUrl}${written.gateway === undefined ? '' : `, ${written.gateway}`} }
${written.issuers === undefined ? '' : `issuers: ${written.issuers}`}
${written.sets ?? ''}
apis:
  warehouse:
    path: /warehouse
    identify: ${written.identify ?? '{ jwt: staff }'}
    forward: { to: "${to}", caller: { header: ${callerHeader} } }
    operations:
      ${written.operation ?? 'GET /items'}:
        authorize: ${written.authorize ?? 'anyone'}
        limit: ${written.limit ?? '{}'}
${written.more ?? ''}`
