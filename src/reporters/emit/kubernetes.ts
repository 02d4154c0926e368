/**
 * A strategic merge patch for a pod, or for the template of one: a volume of type hostPath and a mount for each. Scalars are written as
 * JSON, which YAML 1.2 contains. A mount's path has no colon, and a host's path no `..` (Kubernetes' validation of core/v1).
 */
import { describePlan, refuse, splitVariables, type Emission } from "./emission.js";

const HOST_PATH_TYPES = { file: "File", folder: "Directory", socket: "Socket" } as const;
/** the container of the patch: the caller's goes by another name, as a rule */
const CONTAINER = "app";

export function emitKubernetes({ plan }: Emission): string {
  refuse(
    "kubernetes",
    plan.mounts.map(({ target }) => target),
    /:/,
    "a colon",
  );
  const { set } = splitVariables(plan);
  const name = (index: number): string => `containerspec-${String(index)}`;
  const lines = [
    ...describePlan(plan).map((line) => `# ${line}`),
    `# kubectl patch pod NAME --patch-file FILE; "${CONTAINER}" is to be the name of the container`,
    "spec:",
    "  containers:",
    `    - name: ${CONTAINER}`,
    ...(set.length === 0 ? [] : ["      env:"]),
    ...set.flatMap((variable) => [
      `        - name: ${JSON.stringify(variable.name)}`,
      // $(NAME) would be replaced by what another variable holds.
      `          value: ${JSON.stringify(variable.value.replaceAll("$(", () => "$$("))}`,
    ]),
    "      volumeMounts:",
    ...plan.mounts.flatMap(({ target }, index) => [
      `        - name: ${name(index)}`,
      `          mountPath: ${JSON.stringify(target)}`,
      "          readOnly: true",
    ]),
    ...plan.devices.flatMap(({ path }, index) => [
      `        - name: ${name(plan.mounts.length + index)}`,
      `          mountPath: ${JSON.stringify(path)}`,
    ]),
    "  volumes:",
    ...plan.mounts.flatMap(({ source, kind }, index) => [
      `    - name: ${name(index)}`,
      "      hostPath:",
      `        path: ${JSON.stringify(source)}`,
      `        type: ${HOST_PATH_TYPES[kind]}`,
    ]),
    ...plan.devices.flatMap(({ path }, index) => [
      `    - name: ${name(plan.mounts.length + index)}`,
      "      hostPath:",
      `        path: ${JSON.stringify(path)}`,
      "        type: CharDevice",
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
