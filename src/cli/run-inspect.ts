/** `containerspec inspect` at work. */
import { ContainerspecError, findDrawnPrograms, inspect, type InspectReport } from "../index.js";
import { renderInspect } from "../reporters/inspect-text.js";
import { toReading, type ReadingArguments } from "./asked-reading.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

/** What the options of `inspect` are read into. */
export interface InspectArguments extends ReadingArguments {
  readonly all?: true;
  readonly program?: readonly string[];
  readonly format: "text" | "json" | "dot" | "svg";
}

/** Describes an image and writes what there is to say. */
export async function runInspect(image: string, options: InspectArguments): Promise<void> {
  const progress = createProgressLine();
  try {
    const report = await inspect(image, toReading(options, progress.show));
    progress.clear();
    await writeResult(await render(report, options), undefined);
  } finally {
    progress.clear();
  }
}

async function render(report: InspectReport, { format, all, program = [] }: InspectArguments): Promise<string> {
  if (format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  if (format === "text") return renderInspect(report, standardOutput(), all === true);
  const programs = findDrawnPrograms(report, program);
  if (programs.length === 0) {
    const found = program.length === 0 ? "it has no program" : `it has no program ${program.join(" or ")}`;
    throw new ContainerspecError(
      "usage",
      `Cannot draw ${report.image.source}: ${found}; --format json lists those that it has`,
    );
  }
  const { toDependencyGraph } = await import("../reporters/graph/dependency-graph.js");
  const graph = toDependencyGraph(report, programs);
  if (format === "dot") return (await import("../reporters/graph/dot.js")).renderDot(graph);
  return (await import("../reporters/graph/svg.js")).renderSvg(graph);
}
