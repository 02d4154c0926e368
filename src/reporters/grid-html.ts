/** The verdict matrix of a grid as a page: a table for each question, coloured by verdict, and why a cell is what it is. */
import type { GridReason, GridReport, GridReportCell } from "../grid/grid-report.js";
import { groupAnswers, listMaps, type GridMap } from "./grid-maps.js";
import { markup, type Markup } from "./html/markup.js";
import { renderPage } from "./html/page.js";

export function renderGridHtml(report: GridReport): string {
  const { grid, images, tool } = report;
  const missing = images.filter(({ source }) => source === undefined).map(({ name }) => name);
  const notBuilt =
    missing.length === 0 ? undefined : markup`<p class="soft">Not built: ${missing.map((name) => `${name} `)}</p>`;
  return renderPage({
    title: `The grid of ${grid.name}`,
    version: tool.version,
    body: markup`${notBuilt} ${report.cells.length === 0 ? [] : listMaps(report).map((map, index) => renderMap(map, index, report))}`,
  });
}

function renderMap(map: GridMap, index: number, report: GridReport): Markup {
  const { images, hosts, cells } = report;
  const groups = groupAnswers(map, cells);
  const toId = (cell: GridReportCell): string | undefined => {
    const at = groups.findIndex(({ cells: same }) => same.includes(cell));
    return at === -1 ? undefined : `why-${index}-${at}`;
  };
  const rows = images
    .filter(({ source }) => source !== undefined)
    .map(
      ({ name }, row) =>
        markup`<tr>
          <th scope="row">${name}</th>
          ${hosts.map((_host, column) => {
            const cell = cells[row * hosts.length + column] as GridReportCell;
            return renderCell(map.answerOf(cell).verdict, toId(cell));
          })}
        </tr> `,
    );
  return markup`<h2>${map.title}</h2>
    <div class="wide" tabindex="0" role="region" aria-label="${map.title}">
      <table>
        <thead>
          <tr>
            <th scope="col">Image</th>
            ${hosts.map(({ source, name }) => markup`<th scope="col">${source}<br />${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${groups.map(({ answer, cells: same }, at) => renderWhy(`why-${index}-${at}`, answer.verdict, same, answer.reasons))} `;
}

function renderCell(verdict: string, id: string | undefined): Markup {
  return id === undefined
    ? markup`<td><span class="verdict ${verdict}">${verdict}</span></td>`
    : markup`<td><a class="verdict ${verdict}" href="#${id}">${verdict}</a></td>`;
}

function renderWhy(
  id: string,
  verdict: string,
  cells: readonly GridReportCell[],
  reasons: readonly GridReason[],
): Markup {
  const names = cells.map(({ image, host }) => `${image} on ${host}`).join(", ");
  return markup`<details class="library" id="${id}">
    <summary><span class="verdict ${verdict}">${verdict}</span> ${names}</summary>
    <div class="inside">
      ${reasons.map(
        ({ id: rule, message, loaderMessage }) =>
          markup`<p>${message} <span class="soft">[${rule}]</span></p>
            ${loaderMessage === undefined ? undefined : markup`<pre>${loaderMessage}</pre>`} `,
      )}
    </div>
  </details> `;
}
