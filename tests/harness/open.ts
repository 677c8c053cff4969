/** What is written beside the least: each is YAML, members of a section in its flow style. */
export interface Open {
  readonly to: string
  readonly gateway?: string
  /** Sections before `apis`. */
  readonly before?: string
  readonly path?: string
  /** Further members of the API, a line each. */
  readonly api?: readonly string[]
  readonly identify?: string
  readonly forward?: string
  /** Further sections, lines that begin at the margin. */
  readonly more?: string
}

const further = (members: string | undefined) => (members === undefined ? '' : `, ${members}`)

/** A gateway that lets everybody do everything, before one backend. */
export const openYaml = ({ to, before = '', path = '/shop', api = [], identify = 'anonymous', ...written }: Open) => `
sallyport: 1
gateway: { http: 0${further(written.gateway)} }
${before}
apis:
  shop:
    path: ${path}
    identify: ${identify}
    authorize: anyone
    forward: { to: "${to}"${further(written.forward)} }
    ${api.join('\n    ')}
${written.more ?? ''}`
