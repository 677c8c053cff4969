import type { View } from '@sallyport/core'
import type { LoadedConditions } from '../../policy/conditions.ts'
import type { LibXml } from '../../xml/libxml.ts'
import { type Action, makeAction } from './actions.ts'
import { readScope, type Scope } from './conditions.ts'
import { type JsonMatch, jsonSide } from './json-rules.ts'
import { type Matcher, readMatcher } from './matcher.ts'
import type { Settings, WrittenRule } from './settings.ts'
import { type XmlFinder, type XmlMatch, xmlFinder, xmlSide } from './xml-rules.ts'

/** One rule, ready to be applied. */
interface RuleFor<Find, Match> {
  readonly find: Find
  readonly records: Find | undefined
  readonly scope: Scope<Match>
  readonly action: Action
}

export interface JsonRule extends RuleFor<Matcher, JsonMatch> {
  readonly language: 'json'
}

export interface XmlRule extends RuleFor<XmlFinder, XmlMatch> {
  readonly language: 'xml'
}

export type RedactRule = JsonRule | XmlRule

function jsonRule(written: WrittenRule, { key, conditions }: RuleParts): JsonRule {
  const { at, record, action } = written
  return {
    language: 'json',
    find: readMatcher(at),
    records: record === undefined ? undefined : readMatcher(record),
    scope: readScope(written, jsonSide, conditions),
    action: makeAction(action, key),
  }
}

function xmlRule(written: WrittenRule, { key, conditions }: RuleParts, { namespaces }: Settings, lib: LibXml): XmlRule {
  const { at, record, action } = written
  return {
    language: 'xml',
    find: xmlFinder(lib, at, namespaces),
    records: record === undefined ? undefined : xmlFinder(lib, record, namespaces),
    scope: readScope(written, xmlSide(lib, namespaces), conditions),
    action: makeAction(action, key),
  }
}

/** What rules are made with. */
export interface RuleParts {
  readonly key: Uint8Array
  /** There where one of the rules is about XML. */
  readonly lib?: LibXml | undefined
  /** The conditions in Cedar that stand in the rules. */
  readonly conditions: LoadedConditions
}

export function readRules(settings: Settings, parts: RuleParts): readonly RedactRule[] {
  const { lib } = parts
  return settings.rules.map(rule => {
    if (rule.language === 'json') return jsonRule(rule, parts)
    if (lib === undefined) throw new TypeError('nothing here reads XML')
    return xmlRule(rule, parts, settings, lib)
  })
}

/** What holds for one caller. */
export interface CallerRules {
  readonly view: View
  /** Those that may hold, and what decided it: two callers with the same see the same of the same answer. */
  readonly rules: readonly RedactRule[]
  readonly decided: string
}

const ofCaller = ({ scope }: RedactRule, { principal }: View) =>
  scope.relations.map(relation => relation.ofCaller(principal))

export function rulesFor(all: readonly RedactRule[], view: View): CallerRules {
  const rules = all.filter(({ scope }) => scope.holds(view, undefined))
  const decided = JSON.stringify(
    rules.map(rule => [all.indexOf(rule), rule.scope.standing(view), ofCaller(rule, view)]),
  )
  return { view, rules, decided }
}
