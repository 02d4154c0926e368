/** A grid's files in a folder: written, or compared with what is there. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";
import type { Grid } from "./grid/grid.js";
import { toGridFiles, type GridFile } from "./grid/grid-files.js";

/**
 * Those files of the grid that the folder lacks, or has otherwise; paths in the folder.
 *
 * @throws ContainerspecError usage where one cannot be read
 */
export async function findStaleFiles(grid: Grid, folder: string): Promise<readonly string[]> {
  return (await listStale(grid, folder)).map(({ path }) => path);
}

/**
 * Writes what is not current. What else is in the folder stays.
 *
 * @returns the paths that were written
 * @throws ContainerspecError usage where a file cannot be written
 */
export async function writeGrid(grid: Grid, folder: string): Promise<readonly string[]> {
  const stale = await listStale(grid, folder);
  for (const { path, text } of stale) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true }).catch((cause: unknown) => {
      throw refuse("write", place, cause);
    });
    await writeFile(place, text).catch((cause: unknown) => {
      throw refuse("write", place, cause);
    });
  }
  return stale.map(({ path }) => path);
}

async function listStale(grid: Grid, folder: string): Promise<readonly GridFile[]> {
  const stale: GridFile[] = [];
  for (const file of toGridFiles(grid, basename(grid.source))) {
    const place = join(folder, file.path);
    const found = await readFile(place, "utf8").catch((cause: unknown) => {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
      throw refuse("read", place, cause);
    });
    if (found !== file.text) stale.push(file);
  }
  return stale;
}

function refuse(what: string, place: string, cause: unknown): unknown {
  const reason = findSystemReason(cause);
  return reason === undefined
    ? cause
    : new ContainerspecError("usage", `Cannot ${what} ${place}: ${reason}`, { path: place }, { cause });
}
