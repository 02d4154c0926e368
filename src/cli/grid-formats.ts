/** What a grid is printed as, and where to. */
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { CiMatrix, GridReport } from "../index.js";
import { standardOutput } from "./terminal.js";

const NAMES = ["text", "json", "html", "matrix"] as const;

export interface GridOutput {
  readonly format: (typeof NAMES)[number];
  /** undefined: standard output */
  readonly file?: string;
}

/** One --format option. */
export function collectGridFormat(value: string, before: readonly GridOutput[] = []): readonly GridOutput[] {
  const [name = "", file] = value.split(/=(.*)/s);
  const format = NAMES.find((one) => one === name);
  if (format === undefined || file === "")
    throw new InvalidArgumentError(`Expected one of ${NAMES.join(", ")}, or one with a file, as in html=grid.html.`);
  const isSame = (other: GridOutput): boolean =>
    file === undefined ? other.file === undefined : other.file !== undefined && resolve(other.file) === resolve(file);
  if (before.some(isSame))
    throw new InvalidArgumentError("Only one format can go to one place; name another file, as in html=grid.html.");
  return [...before, file === undefined ? { format } : { format, file }];
}

/** @param judge the verdicts; they are asked for where a format has them */
export async function renderGridAs(
  { format, file }: GridOutput,
  matrix: CiMatrix,
  judge: () => Promise<GridReport>,
): Promise<string> {
  switch (format) {
    case "matrix":
      return `${JSON.stringify(matrix)}\n`;
    case "json":
      return `${JSON.stringify(await judge(), null, 2)}\n`;
    case "html":
      return (await import("../reporters/grid-html.js")).renderGridHtml(await judge());
    case "text": {
      const { renderGrid } = await import("../reporters/grid-text.js");
      return renderGrid(await judge(), file === undefined ? standardOutput() : { width: 100, color: false });
    }
  }
}
