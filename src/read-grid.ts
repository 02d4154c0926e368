/** A grid from its file. */
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { parseGrid } from "./grid/parse-grid.js";
import type { Grid } from "./grid/grid.js";

export { toCiMatrix } from "./grid/ci-matrix.js";
export { isAllWell } from "./grid/grid-report.js";

/**
 * Reads a grid; its images and hosts are made relative to the working folder.
 *
 * @throws ContainerspecError file-not-found, not-a-grid
 */
export async function readGrid(file: string): Promise<Grid> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError(
      "file-not-found",
      `Cannot read the grid ${file}: ${reason}; docs/grid.md shows one`,
      { path: file },
      { cause },
    );
  });
  const grid = parseGrid(text, file);
  const fromHere = (path: string): string =>
    path === "live" || isAbsolute(path) ? path : relative("", join(dirname(file), path)) || ".";
  return {
    ...grid,
    hosts: grid.hosts.map(fromHere),
    cells: grid.cells.map((cell) => (cell.image === undefined ? cell : { ...cell, image: fromHere(cell.image) })),
  };
}
