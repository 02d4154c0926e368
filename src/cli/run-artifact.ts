/** `containerspec artifact` at work. */
import { ContainerspecError, describeArtifacts, writeArtifactLayout } from "../index.js";
import type { ArtifactOutput } from "./artifact-formats.js";
import { toReading, type ReadingArguments } from "./asked-reading.js";
import { askedCpuTable } from "./options.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";

/** What the options of `artifact` are read into. */
export interface ArtifactArguments extends ReadingArguments {
  readonly format?: readonly ArtifactOutput[];
  readonly layout?: string;
}

/** Describes an image once, and writes it in every form that was asked for. */
export async function runArtifact(image: string, options: ArtifactArguments): Promise<void> {
  const { layout, format: outputs = [{ format: "nfd" }] } = options;
  if (layout === undefined && outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new ContainerspecError(
      "usage",
      "Cannot write two forms to standard output: name files for the others, as in --format compspec=app.json, or a folder with --layout",
    );
  }
  const progress = createProgressLine();
  try {
    const described = await describeArtifacts(image, {
      formats: outputs.map(({ format }) => format),
      ...toReading(options, progress.show),
      ...askedCpuTable(),
    });
    progress.clear();
    if (layout !== undefined) await writeArtifactLayout(described, layout);
    for (const [index, { file }] of outputs.entries()) {
      const text = described.artifacts[index]?.text ?? "";
      if (file !== undefined || layout === undefined) await writeResult(text, file);
    }
  } finally {
    progress.clear();
  }
}
