import type { CallEvent } from '@sallyport/core'
import type { Operation, Rules } from '../api.ts'
import { type Own, ownOperation } from '../own/operation.ts'
import { thisMachine } from './local.ts'
import { callsPart, page } from './page.ts'
import { pagePath } from './page-path.ts'
import { script } from './script.ts'
import { style } from './style.ts'

const rules: Rules = {
  admit: [thisMachine],
  protect: {
    securityHeaders: {
      csp: {
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'connect-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      },
      referrerPolicy: 'no-referrer',
      openerPolicy: 'same-origin',
      resourcePolicy: 'same-origin',
    },
  },
}

const told = (contentType: string, body: string): Own => ({
  status: 200,
  contentType: `${contentType}; charset=utf-8`,
  body,
})

/** Whether a call was one of the page's own. */
export const isPage = ({ operation }: CallEvent): boolean => operation?.startsWith(`GET ${pagePath}`) ?? false

/** The page and what it is made of, for this machine alone. */
export const pageOperations = (name: string, calls: () => readonly CallEvent[]): readonly Operation[] => [
  ownOperation(pagePath, 'public', () => told('text/html', page(name, calls()).markup), rules),
  ownOperation(`${pagePath}/calls`, 'public', () => told('text/html', callsPart(calls()).markup), rules),
  ownOperation(`${pagePath}/script.js`, 'public', () => told('text/javascript', script), rules),
  ownOperation(`${pagePath}/style.css`, 'public', () => told('text/css', style), rules),
]
