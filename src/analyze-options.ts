/** What a caller can ask of analyze; the contract of the command line's options of the same names. */
import type { Readable } from "node:stream";
import type { Host } from "./host/host.js";
import type { Limits } from "./image/limits.js";
import type { LayerMode } from "./image/apply-layers.js";
import type { LayerStore } from "./image/layer-store.js";
import type { Companions } from "./mounts/companions.js";
import type { Placement } from "./mounts/landing.js";
import type { LdCacheMode } from "./mounts/ld-cache-mode.js";
import type { Progress } from "./read-host.js";
import type { AskedProfile } from "./read-profile.js";

export interface AnalyzeOptions {
  readonly host: Host;
  /** globs over names, DT_SONAMEs and paths of host libraries; none: every name that both sides have */
  readonly libraries?: readonly string[];
  /** names of libraries that are judged as well where the host has them; where it has not, that is no error */
  readonly wanted?: readonly string[];
  /** also tell what the image needs of a machine at least: it is read once more for that */
  readonly describesFloors?: boolean;
  /** sets of libraries by what they are for, or a site's own lists (`readProfileList`) */
  readonly profiles?: readonly AskedProfile[];
  /** binds as the user will give them, `source:target[:options]`: judged together */
  readonly mounts?: readonly string[];
  /** judge everything together, as one set of mounts */
  readonly asSet?: boolean;
  /** find the smallest set of mounts that gives the image what `libraries` names: the report's `plan` */
  readonly plan?: boolean;
  readonly placement?: Placement;
  readonly companions?: Companions;
  /** os/arch[/variant] */
  readonly platform?: string;
  /** which image of an archive with several */
  readonly reference?: string;
  readonly layerMode?: LayerMode;
  /** which /etc/ld.so.cache the container's processes meet */
  readonly ldCache?: LdCacheMode;
  readonly verify?: "always" | "auto" | "never";
  /** what the runtime will set, over the image's own Env */
  readonly env?: ReadonlyMap<string, string>;
  /** globs over paths: judge by these programs and libraries of the image only */
  readonly consumers?: readonly string[];
  /** where `first` and `last` put the mounted libraries */
  readonly mountFolder?: string;
  /** a level or a microarchitecture, instead of what the host's profile has: "x86-64-v3", "zen4" */
  readonly cpuLevel?: string;
  /** what the image may cost, where that is not DEFAULT_LIMITS */
  readonly limits?: Partial<Limits>;
  /** what was learned from layers before (`openCache`); none where it is left out */
  readonly cache?: LayerStore;
  readonly stdin?: Readable;
  readonly onProgress?: (progress: Progress) => void;
  /** is told what of the options leads to nothing, where that is no error */
  readonly onWarning?: (text: string) => void;
}
