/**
 * Charliecloud: `ch-run --bind SRC:DST` knows no colon in a path and makes no place for a file in an image, which is read-only to it
 * (ch-run(1)): what the image has not can only be mounted into a folder that it has.
 */
import { ContainerspecError } from "../../errors.js";
import { describePlan, pathsOf, refuse, splitVariables, type Emission } from "./emission.js";
import { renderCommand } from "./shell.js";

export function emitCharliecloud({ plan }: Emission): string {
  refuse("charliecloud", pathsOf(plan), /:/, "a colon");
  const made = plan.mounts.find(({ covers }) => covers === undefined);
  if (made !== undefined) {
    throw new ContainerspecError(
      "usage",
      `Cannot emit charliecloud: the image has nothing at ${made.target}, and ch-run mounts over what is there alone; make an empty file or folder there when the image is built`,
    );
  }
  return renderCommand(
    describePlan(plan),
    [
      "ch-run",
      // ch-run follows no absolute link of the image: the file itself is named.
      ...plan.mounts.map(({ source, target, covers = target }) => `--bind=${source}:${covers}`),
      ...splitVariables(plan).set.map(({ name, value }) => `--set-env=${name}=${value}`),
    ],
    ['"${IMAGE:?the folder or name of the image}"', "--", '"$@"'],
  );
}
