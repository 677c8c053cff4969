import { createHash } from 'node:crypto'
import type { Guard, Outgoing, Reply, View } from '@sallyport/core'
import type { z } from 'zod'
import { askWhole } from '../../bodies/whole-answer.ts'
import type { Bound, Kind } from '../../kind.ts'
import { type LoadedConditions, loadConditions, wordedBy } from '../../policy/conditions.ts'
import type { StagePorts } from '../../ports.ts'
import { type LibXml, libxml } from '../../xml/libxml.ts'
import { cedarIn, ruleLabel } from './cedar.ts'
import { keptPrivate, without } from './fields.ts'
import { redactReply } from './redact-reply.ts'
import { type CallerRules, readRules, rulesFor } from './rules.ts'
import { type Settings, settings } from './settings.ts'

/**
 * What the upstream judges by its own tag and time. A caller could find out by them whether a tag is the one that it guessed, and many are
 * hashes of the whole body.
 */
const conditions: ReadonlySet<string> = new Set([
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
])

/** Elsewhere they keep a change from being made, which is the upstream's to judge. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD'])

function askUnconditionally(outgoing: Outgoing): Outgoing {
  const asked = askWhole(outgoing)
  return reading.has(asked.method) ? { ...asked, headers: without(asked.headers, name => conditions.has(name)) } : asked
}

interface Making {
  readonly config: Settings
  readonly ports: StagePorts
  /** There where a rule is about XML. */
  readonly lib: LibXml | undefined
  readonly conditions: LoadedConditions
}

function redactGuard({ config, ports, lib, conditions }: Making): Guard {
  const all = readRules(config, { key: ports.derivedKey('redact hash'), lib, conditions })
  const key = ports.derivedKey('redact tag')
  const depends = all.some(({ scope }) => scope.depends)
  const rules = createHash('sha256').update(JSON.stringify(config)).digest('base64url')
  const reads = {
    json: all.some(({ language }) => language === 'json'),
    xml: lib && { lib, elements: config.elements, namespaces: new Set(Object.values(config.namespaces)) },
  }
  const known = new WeakMap<View, CallerRules>()
  const callerOf = (view: View): CallerRules => {
    const caller = known.get(view) ?? rulesFor(all, view)
    known.set(view, caller)
    return caller
  }
  const privately = (reply: Reply): Reply => (depends ? { ...reply, headers: keptPrivate(reply.headers) } : reply)
  return {
    needs: ['answer'],
    ...wordedBy(conditions),
    prepare: (outgoing, view) => (callerOf(view).rules.length === 0 ? outgoing : askUnconditionally(outgoing)),
    reply(reply, view, site) {
      const caller = callerOf(view)
      const seen = privately(reply)
      if (caller.rules.length === 0) return seen
      const tagOf = { key, rules, decided: caller.decided }
      return redactReply(seen, { caller, reads, others: config.others, tagOf }, view, site)
    },
  }
}

const isAboutXml = ({ rules }: Settings) => rules.some(({ language }) => language === 'xml')

function bound(config: Settings): Bound<Guard> {
  const label = config.rules.map(ruleLabel).join(', ')
  const named = { kind: 'redact', label, config }
  if (!isAboutXml(config) && cedarIn(config).length === 0)
    return { ...named, create: ports => redactGuard({ config, ports, lib: undefined, conditions: new Map() }) }
  return {
    ...named,
    create() {
      throw new TypeError('nothing here reads XML, or conditions in Cedar')
    },
    unread: {
      files: [],
      async bind() {
        const lib = isAboutXml(config) ? await libxml() : undefined
        const conditions = await loadConditions(cedarIn(config))
        return ports => redactGuard({ config, ports, lib, conditions })
      },
    },
  }
}

/** Takes out of upstreams' answers what the caller may not see. */
export const redact: Kind<Guard, z.input<typeof settings>> = { settings: settings.transform(bound) }
