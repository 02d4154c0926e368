/** One finding: the sentence, the drawing, the loader's words, where it looked, whom it concerns and what to read. */
import type { Evidence, Finding } from "../../report.js";
import { count } from "../terminal.js";
import { drawFinding } from "./drawing.js";
import { markup, type Markup } from "./markup.js";

/** As many of those concerned are named; all of them stand in the JSON report. */
const MAX_SUBJECTS = 30;
const MAX_DRAWINGS = 3;

/** A finding as a block. `mounted`: where libraries of the host lie. */
export function renderFinding(finding: Finding, mounted: ReadonlySet<string>): Markup {
  const { rule, severity, message, loaderMessage, evidence } = finding;
  const drawings = drawFinding(finding, mounted);
  const searches = evidence.flatMap((one) => (one.kind === "search" ? [renderSearch(one)] : []));
  return markup`<div class="finding">
    <p><strong>${severity}</strong>: ${message}.</p>
    ${drawings.slice(0, severity === "note" ? 1 : MAX_DRAWINGS)}
    ${
      loaderMessage === undefined
        ? undefined
        : markup`<p>The loader would print:</p>
            <pre>${loaderMessage}</pre>`
    }
    ${searches} ${renderSubjects(finding.subjects)}
    <p class="soft">Rule ${rule}. What it means and how to mend it: <code>containerspec explain ${rule}</code></p>
  </div> `;
}

function renderSubjects(subjects: readonly string[]): Markup | undefined {
  if (subjects.length === 0) return undefined;
  const [only] = subjects;
  if (subjects.length === 1 && only !== undefined) return markup`<p>Concerns <code>${only}</code>.</p>`;
  const shown = subjects.slice(0, MAX_SUBJECTS).map((path) => markup`<li><code>${path}</code></li>`);
  const more = subjects.length - shown.length;
  return markup`<details>
    <summary>Concerns ${count(subjects.length, "file")}</summary>
    <ul class="names">
      ${shown}
    </ul>
    ${more === 0 ? undefined : markup`<p>And ${more} more, which the JSON report names.</p>`}
  </details>`;
}

function renderSearch({ name, requestedBy, places }: Extract<Evidence, { kind: "search" }>): Markup {
  const items = places.map(({ path, why, found }) => markup`<li><code>${path}</code> (${why}): ${found}</li>`);
  return markup`<p>Where <code>${requestedBy}</code> looks for <code>${name}</code>, in order:</p>
    <ol class="places">
      ${items}
    </ol>`;
}
