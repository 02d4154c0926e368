/**
 * How the page looks. Every pair of colours has a contrast of 4.5 and more, in the light and in the dark; a verdict is told by its
 * word and its mark, and by its colour besides. Nothing is loaded: fonts are the reader's own.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa; --link: #0550ae;
  --good: #116329; --good-card: #dafbe1; --fair: #0a5075; --fair-card: #ddf4ff;
  --mind: #7d4e00; --mind-card: #fff8c5; --dark: #6639ba; --dark-card: #fbefff; --bad: #a40e26; --bad-card: #ffebe9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --card: #161b22; --link: #79c0ff;
    --good: #7ee787; --good-card: #12261e; --fair: #79c0ff; --fair-card: #121d2f;
    --mind: #e3b341; --mind-card: #272115; --dark: #d2a8ff; --dark-card: #1f1a2e; --bad: #ff9b94; --bad-card: #2d1517;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 48rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .4rem;
  white-space: pre-wrap; }
.soft { color: var(--soft); }
.answer { margin: 1rem 0; padding: 1rem; border-left: .4rem solid; border-radius: .4rem; font-size: 1.15rem; }
.answer p { margin: 0; font-size: 1rem; color: var(--ink); }
.fails { color: var(--bad); background: var(--bad-card); }
.passes { color: var(--good); background: var(--good-card); }
.open { color: var(--mind); background: var(--mind-card); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
th[scope="row"] { font-weight: normal; white-space: nowrap; }
td.number { text-align: right; }
.verdict { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .875rem; white-space: nowrap;
  text-decoration: none; border: 1px solid; }
.safe, .loads, .runs { color: var(--good); background: var(--good-card); }
.no-effect, .runs-with-mounts, .absent { color: var(--fair); background: var(--fair-card); }
.risky, .safe-with { color: var(--mind); background: var(--mind-card); }
.unknown { color: var(--dark); background: var(--dark-card); }
.unsafe, .will-not-run { color: var(--bad); background: var(--bad-card); }
.find { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center;
  padding: .75rem 0; background: var(--page); border-bottom: 1px solid var(--line); }
.find input { flex: 1 1 14rem; min-width: 0; font: inherit; padding: .35rem .6rem; color: var(--ink); background: var(--page);
  border: 1px solid var(--soft); border-radius: .4rem; }
button { font: inherit; font-size: .875rem; padding: .3rem .7rem; color: var(--ink); background: var(--card);
  border: 1px solid var(--soft); border-radius: .4rem; cursor: pointer; }
button[aria-pressed="true"] { color: var(--page); background: var(--ink); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.library { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; content-visibility: auto;
  contain-intrinsic-size: auto 3rem; scroll-margin-top: 5rem; }
.library > summary { padding: .5rem .75rem; cursor: pointer; overflow-wrap: anywhere; }
.library > summary .why { color: var(--soft); }
.library[open] > summary { border-bottom: 1px solid var(--line); }
.inside { padding: .25rem .75rem .75rem; }
.finding { margin: 1rem 0; padding-left: .75rem; border-left: 3px solid var(--line); }
.drawing { margin: .75rem 0; }
.drawing ol { display: flex; flex-wrap: wrap; align-items: stretch; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.drawing li { display: flex; align-items: center; gap: .5rem; max-width: 100%; }
.box { padding: .4rem .7rem; border: 1px solid var(--soft); border-radius: .4rem; background: var(--page); max-width: 22rem; }
.box.host { border-style: dashed; background: var(--fair-card); }
.box.lacks { border-color: var(--bad); background: var(--bad-card); }
.box small { display: block; color: var(--soft); }
.box.lacks small { color: var(--bad); }
.arrow { text-align: center; font-size: .875rem; color: var(--soft); max-width: 12rem; overflow-wrap: anywhere; }
.arrow::after { content: "\\2192"; display: block; font-size: 1.25rem; line-height: 1; }
.places { margin: .5rem 0; padding-left: 1.25rem; }
.names { columns: 18rem; margin: .5rem 0; padding-left: 1.25rem; overflow-wrap: anywhere; }
.copied { margin-left: .5rem; }
@media (max-width: 40rem) {
  .drawing ol { flex-direction: column; }
  .drawing li { flex-direction: column; align-items: stretch; }
  .arrow { max-width: none; }
  .arrow::after { content: "\\2193"; }
  .facts { grid-template-columns: 1fr; }
  .facts dd { margin-bottom: .4rem; }
  .find { position: static; }
}
@media print { .find, button { display: none; } .library { break-inside: avoid; } }
`;
