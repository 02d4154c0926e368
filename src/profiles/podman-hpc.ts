/**
 * A module of podman-hpc: `bind` and `copy` name files of the host, with globs, and where they go.
 * Source: NERSC/podman-hpc, etc/modules.d, and podman_hpc/configure_hooks.py.
 */
import { fieldOf, textsOf, toPathEntry, type SiteList } from "./site-list.js";

/** The files of a module; undefined for other data. */
export function toPodmanHpcList(data: unknown): SiteList | undefined {
  if (typeof fieldOf(data, "name") !== "string" || typeof fieldOf(data, "cli_arg") !== "string") return undefined;
  const binds = [...textsOf(fieldOf(data, "bind")), ...textsOf(fieldOf(data, "copy"))];
  return {
    format: "module of podman-hpc",
    entries: binds.map((bind) => toPathEntry(bind.split(":")[0] ?? bind, bind)),
  };
}
