/** The matrix: of one report the libraries by verdict, of several every library against every image and host. */
import type { Report, Verdict } from "../../report.js";
import { ADVICE, tellAnswer, WORST_FIRST } from "../answer.js";
import type { GatedReport } from "../gated.js";
import { describeHost, describeImage } from "./subject.js";
import { markup, type Markup } from "./markup.js";

/** As many names of one verdict; the list below has them all. */
const MAX_NAMES = 20;

/** Where links to a library lead. */
export function toLibraryId(report: number, library: number): string {
  return `library-${report}-${library}`;
}

export function renderMatrix(reports: readonly GatedReport[]): Markup {
  const [only] = reports;
  return reports.length === 1 && only !== undefined ? renderByVerdict(only.report) : renderBySubject(reports);
}

function renderByVerdict({ mounts }: Report): Markup {
  const rows = WORST_FIRST.flatMap((verdict) => {
    const links = mounts.flatMap(({ soname, verdict: its }, index) =>
      its === verdict ? [markup`<a href="#${toLibraryId(0, index)}"><code>${soname}</code></a> `] : [],
    );
    if (links.length === 0) return [];
    const more = links.length > MAX_NAMES ? ` and ${links.length - MAX_NAMES} more` : "";
    return [
      markup`<tr>
        <th scope="row"><span class="verdict ${verdict}">${verdict}</span></th>
        <td>${ADVICE[verdict]}</td>
        <td class="number">${links.length}</td>
        <td>${links.slice(0, MAX_NAMES)}${more}</td>
      </tr> `,
    ];
  });
  if (rows.length === 0) return markup``;
  const heads = ["Verdict", "Means", "Number", "Libraries"].map((name) => markup`<th scope="col">${name}</th>`);
  return renderTable("The libraries by verdict", heads, rows);
}

/** A column for each report: named by the image where images differ, by the host where hosts do. */
function renderBySubject(reports: readonly GatedReport[]): Markup {
  const heads = nameColumns(reports.map(({ report }) => report)).map(
    (name, index) => markup`<th scope="col"><a href="#report-${index}">${name}</a></th>`,
  );
  const gates = reports.map((gated) => {
    const { standing } = tellAnswer(gated);
    return markup`<td><span class="verdict ${standing}">${standing === "open" ? "not gated" : standing}</span></td>`;
  });
  const gate = markup`<tr>
    <th scope="row">The gate</th>
    ${gates}
  </tr> `;
  const byName = reports.map(({ report }, index) => worstByName(report, index));
  const names = [...new Set(byName.flatMap((cells) => [...cells.keys()]))].sort();
  const rows = names.map(
    (name) =>
      markup`<tr>
        <th scope="row"><code>${name}</code></th>
        ${byName.map((cells) => renderCell(cells.get(name)))}
      </tr> `,
  );
  return renderTable("Every library on every side", [markup`<th scope="col">Library</th>`, ...heads], [gate, ...rows]);
}

function nameColumns(reports: readonly Report[]): readonly string[] {
  const isOneImage = new Set(reports.map(describeImage)).size === 1;
  const isOneHost = new Set(reports.map(describeHost)).size === 1;
  return reports.map((report) => {
    if (isOneImage) return isOneHost ? describeImage(report) : describeHost(report);
    return isOneHost ? describeImage(report) : `${describeImage(report)} with ${describeHost(report)}`;
  });
}

interface Cell {
  readonly verdict: Verdict;
  readonly id: string;
}

/** Of a name that is mounted twice the worse. */
function worstByName({ mounts }: Report, report: number): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [index, { soname, verdict }] of mounts.entries()) {
    const before = cells.get(soname);
    if (before !== undefined && WORST_FIRST.indexOf(before.verdict) <= WORST_FIRST.indexOf(verdict)) continue;
    cells.set(soname, { verdict, id: toLibraryId(report, index) });
  }
  return cells;
}

function renderCell(cell: Cell | undefined): Markup {
  if (cell === undefined) return markup`<td class="soft">not judged</td>`;
  return markup`<td><a class="verdict ${cell.verdict}" href="#${cell.id}">${cell.verdict}</a></td>`;
}

function renderTable(caption: string, heads: readonly Markup[], rows: readonly Markup[]): Markup {
  return markup`<h2>${caption}</h2>
    <div class="wide" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div> `;
}
