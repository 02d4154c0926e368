/**
 * Scripts of an Apptainer image that set its environment: they are sourced by a shell before anything of the image starts, and nobody
 * but a shell can say what they set. Those that may set what a loader obeys are told of.
 * Apptainer's internal/pkg/util/fs/files/action_scripts: `/.singularity.d/env/*.sh`, in order; `/environment` in images of Singularity 2.
 */
import type { FileInspector } from "./inspector.js";
import type { LayerFacts, LayerRemark } from "./layer-facts.js";

const SCRIPT = /^\/(?:\.singularity\.d\/env\/([^/]+\.sh)|environment)$/;
const MAX_BYTES = 1 << 20;
/** Those that Apptainer puts into every image; what they add to LD_LIBRARY_PATH is `/.singularity.d/libs` and folders of SCIF apps. */
const OF_APPTAINER = new Set(["01-base.sh", "94-appsbase.sh", "95-apps.sh", "99-base.sh", "99-runtimevars.sh"]);
/** Those that repeat the Env of the OCI image. */
const OF_OCI = new Set(["10-docker2singularity.sh", "10-docker.sh"]);
/** What a simulated loader takes from its environment. */
const VARIABLES = ["LD_LIBRARY_PATH", "LD_PRELOAD", "LD_BIND_NOW", "GLIBC_TUNABLES"];
const RUNS_ANOTHER = /(?:^|[;&|({]|\b(?:then|else|do))\s*(?:\.|source|eval)\s/;

export interface ScriptWatch<Facts> {
  /** sees what the given inspector sees, and the scripts beside it */
  readonly inspector: FileInspector<Facts>;
  /** What is to be told of the scripts that have passed, or could not be read. */
  remarkOn(facts: LayerFacts<Facts>): readonly LayerRemark[];
}

/** @param isEnvKnown the Env of the OCI image is, so that the scripts that repeat it say nothing new */
export function watchScripts<Facts>(inspector: FileInspector<Facts>, isEnvKnown: boolean): ScriptWatch<Facts> {
  const texts = new Map<string, string>();
  const isWatched = (path: string): boolean => {
    const match = SCRIPT.exec(path);
    const name = match?.[1];
    return match !== null && (name === undefined || !(OF_APPTAINER.has(name) || (isEnvKnown && OF_OCI.has(name))));
  };
  return {
    inspector: {
      ...inspector,
      wants: (path, head, size) => (isWatched(path) && size <= MAX_BYTES) || inspector.wants(path, head, size),
      inspect(path, body) {
        if (!isWatched(path) || body.size > MAX_BYTES) return inspector.inspect(path, body);
        texts.set(path, Buffer.from(body.read(0, body.size)).toString("latin1"));
        const isWanted = inspector.wants(path, body.read(0, Math.min(64, body.size)), body.size);
        return isWanted ? inspector.inspect(path, body) : inspector.skipped;
      },
    },
    remarkOn: ({ entries }) =>
      entries.flatMap(({ kind, path }) => {
        if (!isWatched(path) || kind === "directory" || (kind === "symlink" && path === "/environment")) return [];
        const text = texts.get(path);
        return text === undefined ? [unread(path)] : describe(path, text);
      }),
  };
}

function describe(path: string, text: string): readonly LayerRemark[] {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  const variables = VARIABLES.filter((name) => lines.some((line) => new RegExp(`\\b${name}\\b`).test(line)));
  if (variables.length > 0) return [toRemark(path, `sets ${listNames(variables)}`, variables)];
  if (!lines.some((line) => RUNS_ANOTHER.test(line))) return [];
  return [toRemark(path, `runs other scripts of the image, which may set ${listNames(VARIABLES)}`, VARIABLES)];
}

function unread(path: string): LayerRemark {
  return toRemark(path, `could not be read here, and may set ${listNames(VARIABLES)}`, VARIABLES);
}

function toRemark(path: string, does: string, variables: readonly string[]): LayerRemark {
  const options = variables.map((name) => `--env ${name}=VALUE`).join(" ");
  return {
    code: "environment-script",
    message: `The script ${path} ${does}; only a shell can say to what, and the image was judged without it: say what a container of it has, with ${options}`,
    path,
    variables,
  };
}

function listNames(names: readonly string[]): string {
  return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
