/** `containerspec inspect` at work. */
import { inspect, type Limits } from "../index.js";
import { renderInspect } from "../reporters/inspect-text.js";
import { openAskedCache } from "./asked-cache.js";
import { writeResult } from "./output.js";
import { createProgressLine } from "./progress.js";
import { standardOutput } from "./terminal.js";

/** What the options of `inspect` are read into. */
export interface InspectArguments {
  readonly platform?: string;
  readonly ref?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly env?: ReadonlyMap<string, string>;
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
  readonly all?: true;
  readonly format: "text" | "json";
}

/** Describes an image and writes what there is to say. */
export async function runInspect(image: string, options: InspectArguments): Promise<void> {
  const { platform, ref, layerMode, verify, env, limit, format } = options;
  const progress = createProgressLine();
  const cache = openAskedCache(options.cache);
  try {
    const report = await inspect(image, {
      layerMode,
      verify,
      stdin: process.stdin,
      onProgress: progress.show,
      ...(cache === undefined ? {} : { cache }),
      ...(platform === undefined ? {} : { platform }),
      ...(ref === undefined ? {} : { reference: ref }),
      ...(env === undefined ? {} : { env }),
      ...(limit === undefined ? {} : { limits: limit }),
    });
    progress.clear();
    const text =
      format === "json"
        ? `${JSON.stringify(report, null, 2)}\n`
        : renderInspect(report, standardOutput(), options.all === true);
    await writeResult(text, undefined);
  } finally {
    progress.clear();
  }
}
