/**
 * Shifter mounts folders alone (shifter_core.c, setupVolumeMapMounts: both ends must be directories), so that libraries go into a
 * module: a folder that the site prepares, that Shifter copies to /opt/udiImage/modules/<name>, and that LD_LIBRARY_PATH names first.
 * That is the placement `first` with its folder there; other plans cannot be said.
 */
import { ContainerspecError } from "../../errors.js";
import { describePlan, pathsOf, refuse, splitVariables, type Emission } from "./emission.js";
import { quoteWord } from "./shell.js";

const MODULE = "containerspec";
/** where Shifter puts a module's folder (udiRoot.conf reference, module_<name>_copyPath) */
const FOLDER = `/opt/udiImage/modules/${MODULE}`;

export function emitShifter({ plan }: Emission): string {
  const outside = plan.mounts.find(({ target, kind }) => kind !== "file" || !target.startsWith(`${FOLDER}/`));
  if (outside !== undefined || plan.placement !== "first") {
    throw new ContainerspecError(
      "usage",
      `Cannot emit shifter: it mounts no single file and nothing over the image's own, but copies a module's folder to ${FOLDER}; ask for --placement first --mount-folder ${FOLDER}/lib${outside === undefined ? "" : ` (${outside.target} would lie elsewhere)`}`,
    );
  }
  // udiRoot.conf separates by spaces and knows no quotes.
  const variables = splitVariables(plan).set;
  refuse(
    "shifter",
    [...pathsOf(plan), ...variables.map(({ value }) => value)],
    /[\s$`"'\\]/,
    "a space, a quote or a $",
  );
  const copies = plan.mounts.map(
    ({ source, target }) =>
      `install -D -m 0755 ${quoteWord(source)} "$MODULE"${quoteWord(target.slice(FOLDER.length))}`,
  );
  const prepends = variables.map(
    ({ name, value }) => `module_${MODULE}_siteEnvPrepend = ${name}=${value.split(":")[0] ?? ""}`,
  );
  return [
    ...describePlan(plan).map((line) => `# ${line}`),
    "# once, by who runs the site: the folder that the module is copied from",
    "MODULE=${MODULE:?a folder that all nodes see}",
    ...copies,
    "# and the lines for udiRoot.conf; users then ask for shifter --module=containerspec",
    "cat <<END",
    `module_${MODULE}_copyPath = $MODULE`,
    ...prepends,
    "END",
    "",
  ].join("\n");
}
