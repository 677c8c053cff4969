import type { Family } from '../rule.ts'
import { command } from './command.ts'
import { deserialisation } from './deserialisation.ts'
import { jndi } from './jndi.ts'
import { ldap } from './ldap.ts'
import { nosql } from './nosql.ts'
import { path } from './path.ts'
import { php } from './php.ts'
import { sql } from './sql.ts'
import { ssi } from './ssi.ts'
import { ssrf } from './ssrf.ts'
import { template } from './template.ts'
import { xpath } from './xpath.ts'
import { xss } from './xss.ts'
import { xxe } from './xxe.ts'

/** Every family of attacks that is looked for. A new one is one file and one line here. */
export const families: readonly Family[] = [
  sql,
  xss,
  php,
  command,
  path,
  template,
  ssi,
  xpath,
  nosql,
  ldap,
  xxe,
  jndi,
  deserialisation,
  ssrf,
]
