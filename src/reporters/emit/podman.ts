/**
 * `podman run`. Podman before 5 splits --mount at every comma and knows no quotes (pkg/specgenutil/volumes.go); a variable whose name
 * ends in `*` hands on all that begin so (podman-run(1), --env).
 */
import { describePlan, pathsOf, refuse, splitVariables, type Emission } from "./emission.js";
import { imageWord, renderCommand } from "./shell.js";

export function emitPodman({ plan, reference }: Emission): string {
  refuse("podman", pathsOf(plan), /[,"]/, "a comma or a quote", "emit cdi: a specification carries any path");
  refuse(
    "podman",
    plan.devices.map(({ path }) => path),
    /:/,
    "a colon",
  );
  const { set, passed } = splitVariables(plan);
  return renderCommand(
    describePlan(plan),
    [
      ["podman", "run"],
      ...plan.mounts.map(({ source, target }) => ["--mount", `type=bind,source=${source},target=${target},readonly`]),
      ...plan.devices.map(({ path }) => ["--device", path]),
      ...set.map(({ name, value }) => ["--env", `${name}=${value}`]),
      ...passed.map((name) => ["--env", name]),
    ],
    [imageWord(reference, "IMAGE", "the name of the image"), '"$@"'],
  );
}
