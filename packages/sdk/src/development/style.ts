/** One column of calls, each a line that opens into its stages; light or dark as the browser is. */
export const style = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --line: #e2e5ea; --text: #1c2330; --quiet: #667085;
  --good: #16794c; --bad: #b42318; --warn: #9a6700; --tint: #fdf3f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1319; --card: #171c24; --line: #2a313c; --text: #e4e8ee; --quiet: #93a0b4;
    --good: #4cc38a; --bad: #ff8a7a; --warn: #e5b567; --tint: #241a1c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
header {
  position: sticky; top: 0; z-index: 1; display: flex; gap: 1.25rem; align-items: baseline;
  padding: .75rem 1.25rem; background: var(--page); border-bottom: 1px solid var(--line);
}
h1 { margin: 0; font-size: 1.1rem; }
#state { flex: 1; margin: 0; color: var(--bad); }
label { color: var(--quiet); white-space: nowrap; cursor: pointer; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
ol { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; background: var(--card); }
li + li { border-top: 1px solid var(--line); }
.none { padding: 2rem; text-align: center; color: var(--quiet); }
body:has(#stopped:checked) li.answered { display: none; }
summary {
  display: grid; grid-template-columns: 4.5rem 4.5rem minmax(8rem, 2fr) 2.75rem auto minmax(4rem, 1fr) minmax(6rem, 1fr) 5rem;
  gap: .75rem; align-items: baseline; padding: .5rem .9rem; cursor: pointer; list-style: none;
}
summary::-webkit-details-marker { display: none; }
summary:hover { background: color-mix(in srgb, var(--line) 35%, transparent); }
summary:focus-visible { outline: 2px solid var(--good); outline-offset: -2px; }
time, .ms, .who { color: var(--quiet); }
time, .ms, .marks, .method, .path, .status, code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
.path, .who, .code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
details[open] .path { white-space: normal; overflow-wrap: anywhere; }
.ms { text-align: right; white-space: nowrap; }
.marks { letter-spacing: .15em; white-space: nowrap; }
.marks i { font-style: normal; }
tr.passed .mark, i.passed, li.answered .status { color: var(--good); }
tr.refused .mark, tr.failed .mark, i.refused, i.failed, li.failed .status, li.failed .code, .why { color: var(--bad); }
li.refused .status, li.refused .code, li.abandoned .status, .found { color: var(--warn); }
tr.not-reached, i.not-reached { color: var(--quiet); }
.place { margin: .25rem .9rem .75rem; color: var(--quiet); overflow-wrap: anywhere; }
table { width: calc(100% - 1.8rem); margin: 0 .9rem .9rem; border-collapse: collapse; }
td, th { padding: .3rem .6rem; text-align: left; vertical-align: top; font-weight: inherit; border-top: 1px solid var(--line); }
td:last-child { width: 100%; }
td p { margin: 0; overflow-wrap: anywhere; }
.rule { color: var(--quiet); }
tr.refused, tr.failed { background: var(--tint); }
tr.refused th, tr.failed th { color: var(--bad); font-weight: 600; }
pre { margin: .25rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--quiet); }
@media (max-width: 52rem) {
  summary { grid-template-columns: auto auto 1fr auto; }
  .who, .code { grid-column: span 2; }
  .ms { grid-column: -2; }
}
`
