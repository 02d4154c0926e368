/**
 * Which C library a root has, and of which release. The file itself knows best; where its strings are gone, its name, the
 * package database, and the highest version node that it defines say less and less.
 */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import { findText } from "./ld-conf.js";
import { findMuslLoader } from "./musl-identity.js";
import type { ElfObject } from "../elf/object.js";

export interface LibcIdentity {
  readonly family: "glibc" | "musl" | "none";
  readonly version?: string;
  /** where the version comes from; a node is a lower bound only */
  readonly evidence?: "banner" | "file name" | "package database" | "version node";
  /** NT_GNU_BUILD_ID of libc.so.6, or of musl's loader: one build of the C library */
  readonly buildId?: string;
}

/**
 * The C library of a root, for programs with this interpreter.
 *
 * @param libcPath where the loader finds libc.so.6; undefined where it finds none
 * @param interp PT_INTERP of the root's programs
 */
export function identifyLibc(
  root: RootFilesystem<FileFacts>,
  libcPath: string | undefined,
  interp: string | undefined,
): LibcIdentity {
  const musl = interp === undefined ? undefined : findMuslLoader(root, interp);
  if (musl !== undefined) return identifyMusl(root, musl.path);
  const found = libcPath === undefined ? undefined : resolvePath(root, libcPath);
  if (found?.node.kind !== "file" || found.node.facts.kind !== "elf") return { family: "none" };
  const { elf, strings } = found.node.facts;
  const build = elf.notes.buildId === undefined ? {} : { buildId: elf.notes.buildId };
  if (strings?.family === "musl")
    return { family: "musl", ...(strings.version === undefined ? {} : { version: strings.version }), ...build };
  const name = /^libc-(\d+\.\d+)\.so$/.exec(baseName(found.path))?.[1];
  const attempts = [
    { version: strings?.version, evidence: "banner" },
    { version: name, evidence: "file name" },
    { version: findPackagedVersion(root), evidence: "package database" },
    { version: highestNode(elf), evidence: "version node" },
  ] as const;
  const best = attempts.find(({ version }) => version !== undefined);
  return {
    family: "glibc",
    ...(best?.version === undefined ? {} : { version: best.version, evidence: best.evidence }),
    ...build,
  };
}

function identifyMusl(root: RootFilesystem<FileFacts>, loader: string): LibcIdentity {
  const node = resolvePath(root, loader)?.node;
  const facts = node?.kind === "file" && node.facts.kind === "elf" ? node.facts : undefined;
  const [version, buildId] = [facts?.strings?.version, facts?.elf.notes.buildId];
  return {
    family: "musl",
    ...(version === undefined ? {} : { version, evidence: "banner" }),
    ...(buildId === undefined ? {} : { buildId }),
  };
}

/** The upstream part of libc6's version in dpkg's database: "2.36-9+deb12u14" is 2.36. */
function findPackagedVersion(root: RootFilesystem<FileFacts>): string | undefined {
  const status = findText(root, "/var/lib/dpkg/status");
  const entry = status?.split("\n\n").find((text) => /^Package: libc6$/m.test(text));
  return /^Version: (?:\d+:)?(\d+\.\d+)/m.exec(entry ?? "")?.[1];
}

function highestNode(elf: ElfObject): string | undefined {
  const versions = elf.versions.definitions
    .map(({ name }) => /^GLIBC_(\d+)\.(\d+)/.exec(name))
    .filter((match) => match !== null)
    .map((match) => [Number(match[1]), Number(match[2])] as const)
    .sort((a, b) => b[0] - a[0] || b[1] - a[1]);
  return versions[0]?.join(".");
}
