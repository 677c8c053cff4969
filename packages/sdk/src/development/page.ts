import type { Explanation, StageReport } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'
import { explain, findingText, stageMarks } from '@sallyport/stages'
import { type Html, html } from '../html.ts'
import { callerOf } from './caller-of.ts'
import { endOf } from './ending.ts'

const verdictClass = (verdict: StageReport['verdict']) => verdict.replace(' ', '-')

/** What a stage found, a line each. */
function evidence({ verdict, rule, code, reason, missing, limit, retryAfter, findings = [] }: StageReport): Html[] {
  const passed = findings.map(found => html`<p class="found">${findingText(found)}</p>`)
  if (verdict === 'passed' || verdict === 'not reached') return passed
  const [first = '', ...rest] = (reason ?? '').split('\n')
  return [
    html`<p class="why"><b>${code ?? verdict}</b>${rule === undefined ? '' : ` by ${rule}`}</p>`,
    ...(first === '' ? [] : [html`<p>${first}</p>`]),
    ...(rest.length === 0 ? [] : [html`<pre>${rest.map(line => html`${line}\n`)}</pre>`]),
    ...Object.entries(missing ?? {}).map(([kind, names]) => html`<p>missing ${kind}: <b>${names.join(', ')}</b></p>`),
    ...(limit === undefined ? [] : [html`<p>limit: ${limit}</p>`]),
    ...(retryAfter === undefined ? [] : [html`<p>may be tried again in ${retryAfter} s</p>`]),
    ...passed,
  ]
}

const stagePart = (report: StageReport): Html => html`<tr class="${verdictClass(report.verdict)}">
<td class="mark">${stageMarks[report.verdict]}</td><th scope="row">${report.stage}</th>
<td>${report.rules.map(rule => html`<p class="rule">${rule}</p>`)}${evidence(report)}</td>
</tr>`

const marksOf = ({ stages }: Explanation): Html[] =>
  stages.map(
    ({ stage, verdict }) =>
      html`<i class="${verdictClass(verdict)}" title="${stage}: ${verdict}">${stageMarks[verdict]}</i>`,
  )

function callPart(event: CallEvent): Html {
  const explanation = explain(event)
  const { id, time, method, path, status = '', code, api, operation, ip } = explanation
  const place = operation === undefined ? 'no operation' : `${operation} of ${api}`
  return html`<li class="${endOf(explanation)}"><details id="call-${id}"><summary>
<time datetime="${time}">${time.slice(11, 19)}</time>
<b class="method">${method}</b><span class="path">${path}</span>
<b class="status">${status}</b><span class="marks">${marksOf(explanation)}</span>
<span class="who">${callerOf(explanation)}</span><span class="code">${code ?? ''}</span>
<span class="ms">${event.totalMs.toFixed(1)} ms</span>
</summary>
<p class="place">${place}${ip === undefined ? '' : ` from ${ip}`}, call <code>${id}</code></p>
<table><tbody>${explanation.stages.map(stagePart)}</tbody></table>
</details></li>
`
}

/** The last calls, the newest first. */
export const callsPart = (calls: readonly CallEvent[]): Html =>
  calls.length === 0 ? html`<li class="none">No call has come yet.</li>` : html`${calls.map(callPart)}`

/** The page as it stands first. Its addresses are relative, so that it stands below any path. */
export const page = (name: string, calls: readonly CallEvent[]): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: calls</title>
<link rel="stylesheet" href="./_development/style.css">
<script type="module" src="./_development/script.js"></script>
</head>
<body>
<header>
<h1>${name}</h1>
<p id="state" role="status"></p>
<label><input type="checkbox" id="stopped"> stopped calls only</label>
<label><input type="checkbox" id="pause"> pause</label>
</header>
<main><ol id="calls">${callsPart(calls)}</ol></main>
</body>
</html>
`
