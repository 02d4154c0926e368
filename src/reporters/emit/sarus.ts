/** Sarus: `sarus run --mount`, a list with commas without quotes (its user guide, "Mounting custom files and directories"). */
import { describePlan, pathsOf, refuse, splitVariables, type Emission } from "./emission.js";
import { imageWord, renderCommand } from "./shell.js";

export function emitSarus({ plan, reference }: Emission): string {
  refuse("sarus", pathsOf(plan), /[,="]/, "a comma, an equals sign or a quote");
  return renderCommand(
    describePlan(plan),
    [
      ["sarus", "run"],
      ...plan.mounts.map(({ source, target }) => `--mount=type=bind,source=${source},destination=${target},readonly`),
      ...splitVariables(plan).set.map(({ name, value }) => `--env=${name}=${value}`),
    ],
    [imageWord(reference, "IMAGE", "the name of the image"), '"$@"'],
  );
}
