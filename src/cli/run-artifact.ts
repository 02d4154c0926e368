/** `containerspec artifact` at work. */
import { ContainerspecError, describeArtifacts, writeArtifactLayout, type Limits } from "../index.js";
import type { ArtifactOutput } from "./artifact-formats.js";
import { openAskedCache } from "./asked-cache.js";
import { askedCpuTable } from "./options.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";

/** What the options of `artifact` are read into. */
export interface ArtifactArguments {
  readonly format?: readonly ArtifactOutput[];
  readonly layout?: string;
  readonly platform?: string;
  readonly ref?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly env?: ReadonlyMap<string, string>;
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
}

/** Describes an image once, and writes it in every form that was asked for. */
export async function runArtifact(image: string, options: ArtifactArguments): Promise<void> {
  const { layout, platform, ref, layerMode, verify, env, limit, format: outputs = [{ format: "nfd" }] } = options;
  if (layout === undefined && outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new ContainerspecError(
      "usage",
      "Cannot write two forms to standard output: name files for the others, as in --format compspec=app.json, or a folder with --layout",
    );
  }
  const progress = createProgressLine();
  const cache = openAskedCache(options.cache);
  try {
    const described = await describeArtifacts(image, {
      formats: outputs.map(({ format }) => format),
      layerMode,
      verify,
      stdin: process.stdin,
      onProgress: progress.show,
      ...askedCpuTable(),
      ...(cache === undefined ? {} : { cache }),
      ...(platform === undefined ? {} : { platform }),
      ...(ref === undefined ? {} : { reference: ref }),
      ...(env === undefined ? {} : { env }),
      ...(limit === undefined ? {} : { limits: limit }),
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
