/**
 * Reports as one page that needs nothing else: no network, no file beside it. The answer comes first, then the libraries by verdict,
 * and each opens to say why. It is whole without its script, which only chooses and copies.
 */
import type { GateResult } from "../policy/gate.js";
import type { Finding, Report } from "../report.js";
import { tellAnswer, tellTerms, WORST_FIRST } from "./answer.js";
import { pairWithGates, type GatedReport } from "./gated.js";
import { renderFinding } from "./html/finding.js";
import { renderLibrary } from "./html/library.js";
import { markup, type Markup } from "./html/markup.js";
import { renderMatrix, toLibraryId } from "./html/matrix.js";
import { renderPage } from "./html/page.js";
import { startPage } from "./html/page-script.js";
import { describeHost, describeImage, renderSubject } from "./html/subject.js";
import { renderTogether } from "./html/together.js";
import type { Terminal } from "./terminal.js";

const SCRIPT = `(${startPage.toString()})();`;
/** A whole document. */
export function renderHtml(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  const gated = pairWithGates(reports, gates);
  const title = titleOf(gated);
  return renderPage({
    title,
    body: markup`${gated.map(renderAnswer)} ${renderMatrix(gated)} ${renderReports(gated)}`,
    version: gated[0]?.report.tool.version ?? "",
    script: SCRIPT,
  });
}

function titleOf(gated: readonly GatedReport[]): string {
  const [only] = gated;
  if (gated.length !== 1 || only === undefined) return `Host libraries in ${gated.length} images and hosts`;
  return `Libraries of ${describeHost(only.report)} in ${describeImage(only.report)}`;
}

function renderAnswer(gated: GatedReport, _index: number, all: readonly GatedReport[]): Markup {
  const { standing, sentence } = tellAnswer(gated);
  const about =
    all.length === 1
      ? undefined
      : markup`<p>${describeImage(gated.report)}, libraries of ${describeHost(gated.report)}</p>`;
  return markup`<div class="answer ${standing}"><strong>${sentence}.</strong>${about}${renderCause(gated)}${renderTerms(gated)}</div> `;
}

/** What fails the gate, by name. */
function renderCause({ gate }: GatedReport): Markup | undefined {
  const causes = [...gate.failed, ...gate.imageRules.map((rule) => `the image itself (${rule})`)];
  if (gate.passes || causes.length === 0) return undefined;
  const more = causes.length > MAX_CAUSES ? ` and ${causes.length - MAX_CAUSES} more` : "";
  return markup`<p>It fails for ${causes.slice(0, MAX_CAUSES).join(", ")}${more}.</p>`;
}

/** What a policy and a baseline had a say in. */
function renderTerms(gated: GatedReport): Markup | undefined {
  const terms = tellTerms(gated);
  return terms.length === 0 ? undefined : markup`<ul>${terms.map((term) => markup`<li>${term}</li>`)}</ul>`;
}

const MAX_CAUSES = 10;

function renderFind(gated: readonly GatedReport[]): Markup {
  const verdicts = WORST_FIRST.flatMap((verdict) => {
    const number = gated.reduce((sum, { report }) => sum + report.summary[verdict], 0);
    if (number === 0) return [];
    return [
      markup`<button type="button" aria-pressed="false" data-choice="${verdict}">${verdict} (${number})</button>`,
    ];
  });
  return markup`<h2>Library by library</h2>
    <div class="find" id="find" role="search" hidden>
      <label for="words">Find</label
      ><input id="words" type="search" placeholder="name, path, rule, word" autocomplete="off" />
      ${verdicts}
      <button type="button" data-fold="open">Open all</button><button type="button" data-fold="close">Close all</button>
      <span id="shown" class="soft" role="status"></span>
    </div> `;
}

/** What each report is about and its libraries; what chooses among them stands before the first of these. */
function renderReports(gated: readonly GatedReport[]): Markup {
  const [only] = gated;
  if (gated.length === 1 && only !== undefined) {
    return markup`<h2>Image and host</h2>
      ${renderAbout(only.report, 0)} ${renderFind(gated)} ${renderLibraries(only.report, 0)}`;
  }
  const sections = gated.map(({ report }, index) => {
    const title = `${describeImage(report)}, libraries of ${describeHost(report)}`;
    return markup`<section id="report-${index}" aria-label="${title}">
      <h2>${title}</h2>
      ${renderAbout(report, index)} ${renderLibraries(report, index)}
    </section>`;
  });
  return markup`${renderFind(gated)} ${sections}`;
}

function renderAbout(report: Report, index: number): Markup {
  const own = renderFindings("About the image itself", report.image.findings, new Set());
  const targets = new Set(report.mounts.map(({ target }) => target));
  const ofSet = renderFindings("About the mounts together", report.set?.findings ?? [], targets);
  return markup`${renderSubject(report)} ${renderTogether(report, index)} ${own} ${ofSet}`;
}

function renderFindings(title: string, findings: readonly Finding[], mounted: ReadonlySet<string>): Markup | undefined {
  return findings.length === 0
    ? undefined
    : markup`<h3>${title}</h3>
        ${findings.map((finding) => renderFinding(finding, mounted))}`;
}

/** The worst first; of one verdict as the report has them. */
function renderLibraries({ mounts }: Report, index: number): readonly Markup[] {
  return WORST_FIRST.flatMap((verdict) => {
    const blocks = mounts.flatMap((mount, library) =>
      mount.verdict === verdict ? [renderLibrary(mount, toLibraryId(index, library))] : [],
    );
    return blocks.length === 0
      ? []
      : [
          markup`<div class="group">
            <h3>${verdict} (${blocks.length})</h3>
            ${blocks}
          </div>`,
        ];
  });
}
