/**
 * A specification of the Container Device Interface: one device whose edits are the mounts. Its version is the lowest that the content
 * allows (SPEC.md and specs-go/version.go: no type of mounts, no path of a device on the host), so that old runtimes take it. The mounts
 * are at the names that loaders search, so that it needs no hook.
 */
import { splitVariables, type Emission } from "./emission.js";

const LOWEST = "0.3.0";

export function emitCdi({ plan }: Emission): string {
  const { set } = splitVariables(plan);
  const specification = {
    cdiVersion: LOWEST,
    kind: "containerspec.local/mounts",
    devices: [
      {
        name: "plan",
        containerEdits: {
          ...(set.length === 0 ? {} : { env: set.map(({ name, value }) => `${name}=${value}`) }),
          ...(plan.devices.length === 0 ? {} : { deviceNodes: plan.devices.map(({ path }) => ({ path })) }),
          mounts: plan.mounts.map(({ source, target }) => ({
            hostPath: source,
            containerPath: target,
            options: ["ro", "nosuid", "nodev", "rbind", "rprivate"],
          })),
        },
      },
    ],
  };
  return `${JSON.stringify(specification, null, 2)}\n`;
}
