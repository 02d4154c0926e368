/** How an image shall be read: what every command asks that describes one, and hands to the API. */
import type { InspectOptions, Limits } from "../index.js";
import { openAskedCache } from "./asked-cache.js";

/** What the options are read into. */
export interface ReadingArguments {
  readonly platform?: string;
  readonly ref?: string;
  readonly layerMode: "overlay" | "extract";
  readonly verify: "always" | "auto" | "never";
  readonly env?: ReadonlyMap<string, string>;
  readonly limit?: Partial<Limits>;
  readonly cache?: string | false;
}

/** The same as options of the API, with standard input for "-"; the cache is opened. */
export function toReading(
  { platform, ref, layerMode, verify, env, limit, cache: asked }: ReadingArguments,
  onProgress: NonNullable<InspectOptions["onProgress"]>,
): InspectOptions {
  const cache = openAskedCache(asked);
  return {
    layerMode,
    verify,
    stdin: process.stdin,
    onProgress,
    ...(cache === undefined ? {} : { cache }),
    ...(platform === undefined ? {} : { platform }),
    ...(ref === undefined ? {} : { reference: ref }),
    ...(env === undefined ? {} : { env }),
    ...(limit === undefined ? {} : { limits: limit }),
  };
}
