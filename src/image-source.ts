/** What people type where an image file is expected: names that only a registry or a daemon could resolve are told apart first. */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { ContainerspecError } from "./errors.js";

const TRANSPORT = /^([a-z][a-z0-9+.-]*):(?:\/\/)?(.+)$/;
const TRANSPORTS = new Set([
  "docker",
  "docker-daemon",
  "containers-storage",
  "oci",
  "oci-archive",
  "docker-archive",
  "dir",
  "http",
  "https",
  "oras",
  "library",
  "shub",
  "registry",
  "podman",
]);
const HEAD = 256;
/** those whose path containerspec opens by itself */
const LOCAL = new Set(["oci", "oci-archive", "docker-archive"]);
/** [registry/]name[:tag][@digest], in lower case: the distribution project's reference grammar, loosely */
const REFERENCE = /^(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9._/-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;
const IS_FILE_NAME = /\.(?:tar|tgz|tar\.gz|tar\.zst|tzst|oci|json|sif)$/;

/**
 * Refuses what is no file name, with the command that makes a file of it.
 *
 * @throws ContainerspecError usage, file-not-found, not-an-image
 */
export function checkImageSource(source: string): void {
  if (source === "-") return;
  if (existsSync(source)) {
    refuseProfile(source);
    return;
  }
  refuseTransport(source);
  if (REFERENCE.test(source) && !IS_FILE_NAME.test(source) && !source.startsWith("/") && !source.startsWith(".")) {
    const file = toFileName(source);
    throw new ContainerspecError(
      "file-not-found",
      `Cannot open ${source}: there is no such file; if it is the name of an image, save it first: docker save ${source} -o ${file} (or: skopeo copy docker://${source} docker-archive:${file})`,
      { image: source },
    );
  }
}

/**
 * Refuses a name that says how to fetch the image, and no name at all.
 *
 * @throws ContainerspecError usage
 */
export function refuseTransport(source: string): void {
  if (source === "") {
    throw new ContainerspecError(
      "usage",
      "Cannot open an image or a host without a name: the argument is empty, perhaps from a variable that is not set",
    );
  }
  const [, transport, rest] = TRANSPORT.exec(source) ?? [];
  if (transport === undefined || rest === undefined || !TRANSPORTS.has(transport)) return;
  throw new ContainerspecError(
    "usage",
    `Cannot open ${source}: containerspec reads image files and asks no registry, daemon or store; ${toAdvice(transport, source, rest)}`,
  );
}

/** A host's profile where an image belongs: the two were swapped. @throws ContainerspecError not-an-image */
function refuseProfile(source: string): void {
  if (!statSync(source).isFile()) return;
  const head = Buffer.alloc(HEAD);
  try {
    const file = openSync(source, "r");
    readSync(file, head, 0, HEAD, 0);
    closeSync(file);
  } catch {
    return; // whoever opens it as an image says why it cannot be read
  }
  if (!/^\s*\{[^]*"containerspec-host-profile"/.test(head.toString("latin1"))) return;
  throw new ContainerspecError(
    "not-an-image",
    `Cannot read ${source} as an image: it is the profile of a host; give it with --host, behind the image`,
    { image: source },
  );
}

function toAdvice(transport: string, source: string, rest: string): string {
  if (transport === "dir") return `copy it into a layout first: skopeo copy ${source} oci:image`;
  if (LOCAL.has(transport)) return `give the path alone: ${rest.replace(/:.*$/, "")}`;
  const name = rest.replace(/^\/+/, "");
  if (transport === "http" || transport === "https") return `download it first: curl -LO ${source}`;
  if (transport === "docker-daemon" || transport === "podman")
    return `save it first: docker save ${name} -o ${toFileName(name)}`;
  return `save it first: skopeo copy ${transport === "docker" ? source : `${transport}:${name}`} docker-archive:${toFileName(name)}`;
}

/** "ghcr.io/team/app:1" becomes "app.tar". */
function toFileName(reference: string): string {
  const last = reference.replace(/@.*/, "").split("/").at(-1) ?? "image";
  return `${last.replace(/:.*/, "") || "image"}.tar`;
}
