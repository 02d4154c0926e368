/**
 * bubblewrap, over the image's root unpacked in a folder: each word is a path by itself, so that any path is carried. An absolute link
 * of the image would lead out of it while bwrap mounts, and is followed beforehand.
 */
import { describePlan, splitVariables, type Emission } from "./emission.js";
import { renderCommand } from "./shell.js";

export function emitBubblewrap({ plan }: Emission): string {
  return renderCommand(
    describePlan(plan),
    [
      "bwrap",
      ...plan.mounts.map(({ source, target, covers = target }) => ["--ro-bind", source, covers]),
      ["--dev", "/dev"],
      ["--proc", "/proc"],
      ["--tmpfs", "/tmp"],
      ...plan.devices.map(({ path }) => ["--dev-bind", path, path]),
      ...splitVariables(plan).set.map(({ name, value }) => ["--setenv", name, value]),
    ],
    ['"$@"'],
    // bwrap makes new places in the folder itself.
    '--bind "${ROOT:?the folder with the root of the image}" /',
  );
}
