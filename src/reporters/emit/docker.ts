/**
 * `docker run`. --mount is a record of CSV, so that it carries any path (docker/cli, opts/mount.go); it refuses a source that is not
 * there, where -v would make an empty folder of it.
 */
import { toCsvRecord } from "./csv-mount.js";
import { describePlan, splitVariables, type Emission } from "./emission.js";
import { imageWord, renderCommand } from "./shell.js";

export function emitDocker({ plan, reference }: Emission): string {
  return renderCommand(
    describePlan(plan),
    [
      ["docker", "run"],
      ...plan.mounts.map(({ source, target }) => [
        "--mount",
        toCsvRecord(["type=bind", `source=${source}`, `target=${target}`, "readonly"]),
      ]),
      ...plan.devices.map(({ path }) => ["--device", path]),
      ...splitVariables(plan).set.map(({ name, value }) => ["--env", `${name}=${value}`]),
    ],
    [imageWord(reference, "IMAGE", "the name of the image"), '"$@"'],
  );
}
