import { after, type Content, type Guard, Problem, type Site, type View } from '@sallyport/core'
import { guardKind } from '../../kind.ts'
import { exceptedBy } from './exceptions.ts'
import { families } from './families/index.ts'
import type { Finding } from './matcher.ts'
import type { OwnPattern } from './own-patterns.ts'
import { scanner } from './scan.ts'
import { type Settings, settings } from './settings.ts'
import { valuesOfBody } from './values/body.ts'
import { valuesOfHead } from './values/head.ts'
import type { Value } from './values/value.ts'

const longestPlace = 80

/** What was taken for an attack, and where. Names of ours and a place: of the text itself nothing, for it may hold secrets. */
interface Threat extends Omit<Finding, 'at'> {
  readonly at: string
}

const threatOf = ({ family, rule, level }: Omit<Finding, 'at'>, { at }: Value): Threat => ({
  family,
  rule,
  level,
  at: at.slice(0, longestPlace).toWellFormed(),
})

type Judge = (value: Value) => Threat | undefined

function ownFinding(patterns: readonly OwnPattern[], text: string): Omit<Finding, 'at'> | undefined {
  const found = patterns.find(({ pattern }) => pattern.matcher(text).find())
  return found && { family: 'own', rule: found.name, level: 1 }
}

function judgeFor(config: Settings): Judge {
  const wanted = families.filter(({ name }) => config.families?.some(each => each === name) ?? true)
  const scan = scanner(config.level, wanted)
  const isExcepted = exceptedBy(config.except)
  /** Where some families are excepted the others still count, so they are looked for one by one. */
  const single = new Map(
    config.except.length === 0 ? [] : wanted.map(each => [each.name, scanner(config.level, [each])]),
  )
  return value => {
    const found = scan(value.text, value.place) ?? ownFinding(config.patterns, value.text)
    if (found === undefined) return undefined
    if (!isExcepted(value.at, found.family)) return threatOf(found, value)
    for (const [name, one] of single) {
      const other = isExcepted(value.at, name) ? undefined : one(value.text, value.place)
      if (other !== undefined) return threatOf(other, value)
    }
    return undefined
  }
}

function firstIn(values: Iterable<Value>, judge: Judge): Threat | undefined {
  for (const value of values) {
    const threat = judge(value)
    if (threat !== undefined) return threat
  }
  return undefined
}

const told = ({ family, rule, level, at }: Threat) => `${family}: ${rule} (level ${level}) in ${at}`

function threatsGuard(config: Settings): Guard {
  const judge = judgeFor(config)
  const found = (threat: Threat, view: View, site: Site): void => {
    const [code, reason] = ['threat-found', told(threat)] as const
    if (config.mode === 'block') throw new Problem(code, {}, reason)
    site.found({ mode: 'report', stage: 'inspect', rule: 'threats', code, reason }, view)
  }
  const judgeBody = (content: Content | undefined, view: View, site: Site): void => {
    if (content === undefined) return
    const values = valuesOfBody(content, at => site.pinned({ in: 'body', at }))
    if (values !== undefined) {
      const threat = firstIn(values, judge)
      if (threat !== undefined) found(threat, view, site)
    } else if (config.otherBodies === 'refuse') {
      const detail = 'The body has to be JSON, XML, a form or text.'
      throw new Problem('media-unsupported', { detail }, `content type ${content.type.slice(0, 100)}`)
    }
  }
  return {
    needs: ['content'],
    check(view: View, site: Site) {
      const threat = firstIn(valuesOfHead(view, site), judge)
      if (threat !== undefined) found(threat, view, site)
      if (view.call.body.length === 0) return undefined
      return after(site.content?.(view), content => judgeBody(content, view, site))
    },
  }
}

/** No value of the call, wherever it stands, is an attack on what reads it. */
export const threats = guardKind({
  kind: 'threats',
  settings,
  label: ({ mode, level }) => `${mode} at level ${level}`,
  create: config => threatsGuard(config),
})
