/** Plans carried out: an emitted script is run by its own runtime over the real image, and a program in it says what it found. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanMount, Report } from "../../src/index.js";
import { toEmission, type Emitter } from "../../src/reporters/emit/emission.js";
import { IMAGE_ROOT } from "./debian-roots.js";

export interface Ran {
  readonly status: number | null;
  /** both streams */
  readonly said: string;
}

/** What a runtime is started with in these tests, by the name that the script calls. */
const WRAPPERS = `
limits="--ulimit=nofile=1024:1024 --ulimit=nproc=1000:1000"
podman() { shift; command podman --runtime=runc run --rm --network=none $limits "$@"; }
docker() { podman "$@"; }
bwrap() { command bwrap --unshare-pid --die-with-parent "$@"; }
`;
/** An overlay, so that no place that is made stays in the root that is kept; what is mounted ends with the process. */
const STAGE = `set -e
mkdir "$STAGE"
mount -t tmpfs tmpfs "$STAGE"
mkdir "$STAGE/upper" "$STAGE/work" "$STAGE/root"
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$STAGE/upper,workdir=$STAGE/work" "$STAGE/root"
export ROOT="$STAGE/root" USER=root
`;
const SECONDS = 60;

/**
 * Runs an emitted script with its runtime.
 *
 * @param words what stands behind the image: more options, then the program
 * @param before more shell, run in the mount namespace of the run
 */
export function runScript(
  script: string,
  words: readonly string[],
  image: string,
  { before = "", environment = {} }: { readonly before?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Ran {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-plan-"));
  writeFileSync(join(folder, "run.sh"), `${WRAPPERS}${before}\n${script}`);
  const { status, stdout, stderr } = spawnSync(
    "timeout",
    [
      ...[String(SECONDS), "unshare", "--mount", "--propagation", "private"],
      ...["sh", "-c", `${STAGE} export IMAGE="${image}"; . "$0"`, join(folder, "run.sh"), ...words],
    ],
    { encoding: "utf8", env: { ...process.env, LOWER: IMAGE_ROOT, STAGE: join(folder, "stage"), ...environment } },
  );
  return { status, said: `${stdout}${stderr}` };
}

/** The text for a runtime, of a plan on a host whose root lies in a folder of this machine. */
export function emitHere(emitter: Emitter, report: Report, hostRoot: string): string {
  if (report.plan === undefined) throw new Error("the report has no plan");
  const mounts = report.plan.mounts.map((mount): PlanMount => ({ ...mount, source: hostRoot + mount.source }));
  // What a host hands on is of no concern here: there is no job.
  const environment = report.plan.environment.filter(({ value }) => value !== undefined);
  return emitter(toEmission(report, { ...report.plan, mounts, environment }));
}
