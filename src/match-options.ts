/** What a caller can ask of match; the contract of the command line's options of the same names. */
import type { Readable } from "node:stream";
import type { Host } from "./host/host.js";
import type { LayerMode } from "./image/apply-layers.js";
import type { LayerStore } from "./image/layer-store.js";
import type { Limits } from "./image/limits.js";
import type { Progress } from "./read-host.js";

export interface MatchOptions {
  readonly hosts: readonly Host[];
  /** the level of every host's CPU, whatever is known of it */
  readonly cpuLevel?: string;
  /** os/arch[/variant]: which image of an index; where it is left out, each host's own */
  readonly platform?: string;
  /** which image of an archive with several */
  readonly reference?: string;
  readonly layerMode?: LayerMode;
  readonly verify?: "always" | "auto" | "never";
  /** what the runtime will set, over the image's own Env */
  readonly env?: ReadonlyMap<string, string>;
  readonly limits?: Partial<Limits>;
  /** a folder with archspec's microarchitectures.json, to be used instead of containerspec's own table */
  readonly cpuTable?: string;
  readonly cache?: LayerStore;
  readonly stdin?: Readable;
  readonly onProgress?: (progress: Progress) => void;
}
