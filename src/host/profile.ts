/**
 * A host's profile: plain JSON that can be saved, carried, and used where the host is not. It holds what the loader of the host
 * would see and nothing of its users: no names, no environment, no addresses.
 */
import { ContainerspecError } from "../errors.js";
import type { FileFacts } from "../loader/facts.js";
import { createLoader } from "../loader/loader.js";
import type { RootNode } from "../rootfs/filesystem.js";
import { createMemoryRoot } from "../rootfs/memory.js";
import { baseName, toDisplayPath } from "../rootfs/path.js";
import { walk } from "../rootfs/walk.js";
import { z } from "../schema.js";
import { decodeElf, elfSchema, encodeElf } from "./elf-codec.js";
import { createHost, hostSettings, type Host } from "./host.js";
import { listLibraries } from "./library-table.js";

export const PROFILE_VERSION = "1.0.0";
const KIND = "containerspec-host-profile";

const libcStringsSchema = z.object({
  family: z.enum(["glibc", "musl"]),
  version: z.string().exactOptional(),
  defaultFolders: z.array(z.string()).exactOptional(),
});

const factsSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("elf"), elf: elfSchema, strings: libcStringsSchema.exactOptional() }),
  z.object({ kind: z.literal("broken-elf"), problem: z.string() }),
  z.object({ kind: z.literal("data"), base64: z.string() }),
  z.object({ kind: z.literal("other") }),
  z.object({ kind: z.literal("unread"), reason: z.string() }),
]);

/** Names of one inode share one entry: `paths` lists them all. Paths are byte strings, one character a byte. */
const nodeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("file"),
    paths: z.array(z.string()),
    size: z.number(),
    mode: z.int(),
    facts: factsSchema,
  }),
  z.object({ kind: z.literal("directory"), paths: z.array(z.string()), mode: z.int() }),
  z.object({ kind: z.literal("symlink"), paths: z.array(z.string()), target: z.string() }),
  z.object({ kind: z.literal("special"), paths: z.array(z.string()) }),
]);

export const profileSchema = z.object({
  schemaVersion: z.string(),
  kind: z.literal(KIND),
  /** "live", or the name of the file or folder that was described; without its folder, which may name a user */
  source: z.string(),
  name: z.string(),
  libc: z.object({ family: z.enum(["glibc", "musl", "none"]), version: z.string().exactOptional() }),
  kernel: z.string().exactOptional(),
  machine: z.string().exactOptional(),
  cpu: z
    .object({ name: z.string(), vendor: z.string(), level: z.string().exactOptional(), features: z.array(z.string()) })
    .exactOptional(),
  /** the library table, for people and scripts: it follows from `files` */
  libraries: z.array(
    z.object({ name: z.string(), path: z.string(), realPath: z.string(), soname: z.string().exactOptional() }),
  ),
  folders: z.array(z.string()),
  files: z.array(nodeSchema),
});

const headSchema = z.object({ kind: z.string().optional(), schemaVersion: z.string().optional() });

export type HostProfile = z.infer<typeof profileSchema>;
type ProfileNode = z.infer<typeof nodeSchema>;

/** A host as a profile. */
export function toProfile(host: Host): HostProfile {
  return {
    schemaVersion: PROFILE_VERSION,
    kind: KIND,
    source: baseName(host.source.replace(/\/+$/, "")),
    name: host.osRelease.prettyName,
    libc: { family: host.libc.family, ...(host.libc.version === undefined ? {} : { version: host.libc.version }) },
    ...(host.kernel === undefined ? {} : { kernel: host.kernel }),
    ...(host.machine === undefined ? {} : { machine: host.machine }),
    ...(host.cpu === undefined ? {} : { cpu: { ...host.cpu, features: [...host.cpu.features] } }),
    libraries: [...listTable(host)],
    folders: [...host.folders],
    files: [...encodeNodes(host)],
  };
}

/**
 * A saved profile as the host that it describes.
 *
 * @param source the file's name, for the report and for errors
 * @throws ContainerspecError not-a-host
 */
export function parseProfile(text: string, source: string): Host {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: it is no JSON; expected a profile that \`containerspec host -o\` wrote`,
      {},
      { cause: error },
    );
  }
  const profile = checkProfile(json, source);
  const { kernel, machine, cpu, folders } = profile;
  return createHost(decodeNodes(profile.files), {
    source,
    folders,
    ...(kernel === undefined ? {} : { kernel }),
    ...(machine === undefined ? {} : { machine }),
    ...(cpu === undefined ? {} : { cpu }),
  });
}

/** Who wrote it is asked first: what another release wrote is told as that, and not by the first field that is missing. */
function checkProfile(json: unknown, source: string): HostProfile {
  const head = headSchema.safeParse(json).data;
  if (head?.kind !== KIND) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: it is JSON, but no profile of containerspec (expected kind: ${KIND}); write one with \`containerspec host -o\``,
    );
  }
  if (head.schemaVersion?.startsWith("1.") !== true) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: its schemaVersion is ${head.schemaVersion ?? "missing"}, and this release reads 1.x; write it again with \`containerspec host -o\``,
    );
  }
  const parsed = profileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined ? "" : ` at ${issue.path.map(String).join(".")} (${issue.message})`;
  throw new ContainerspecError(
    "not-a-host",
    `Cannot use ${source} as host: the profile is damaged${place}; write it again with \`containerspec host -o\``,
  );
}

function* listTable(host: Host) {
  const loader = createLoader(host.root, hostSettings(host));
  for (const like of host.examples.slice(0, 1)) {
    for (const { name, path, realPath, elf } of listLibraries(host.root, loader, like, host.folders)) {
      yield {
        name: toDisplayPath(name),
        path: toDisplayPath(path),
        realPath: toDisplayPath(realPath),
        ...(elf.soname === undefined ? {} : { soname: toDisplayPath(elf.soname) }),
      };
    }
  }
}

function* encodeNodes({ root }: Host): Generator<ProfileNode> {
  const files = new Map<RootNode<FileFacts>, string[]>();
  for (const { path, node } of walk(root)) {
    // A folder is implied by what is in it; an empty one can still be a step on the way to another.
    if (node.kind === "directory" && root.list(path).length > 0) continue;
    const paths = files.get(node);
    if (paths === undefined) files.set(node, [path]);
    else paths.push(path);
  }
  for (const [node, paths] of files) {
    if (node.kind === "file")
      yield { kind: "file", paths, size: node.size, mode: node.mode, facts: encodeFacts(node.facts) };
    else if (node.kind === "symlink") yield { kind: "symlink", paths, target: node.target };
    else if (node.kind === "directory") yield { kind: "directory", paths, mode: node.mode };
    else yield { kind: "special", paths };
  }
}

function encodeFacts(facts: FileFacts): z.infer<typeof factsSchema> {
  switch (facts.kind) {
    case "elf":
      return {
        kind: "elf",
        elf: encodeElf(facts.elf),
        ...(facts.strings === undefined
          ? {}
          : { strings: structuredClone(facts.strings) as z.infer<typeof libcStringsSchema> }),
      };
    case "data":
      return { kind: "data", base64: Buffer.from(facts.bytes).toString("base64") };
    default:
      return { ...facts };
  }
}

function decodeNodes(encoded: readonly ProfileNode[]) {
  const nodes = new Map<string, RootNode<FileFacts>>();
  for (const one of encoded) {
    const node = decodeNode(one);
    for (const path of one.paths) nodes.set(path, node);
  }
  return createMemoryRoot(nodes);
}

function decodeNode(node: ProfileNode): RootNode<FileFacts> {
  switch (node.kind) {
    case "file":
      return { kind: "file", size: node.size, mode: node.mode, facts: decodeFacts(node.facts) };
    case "directory":
      return { kind: "directory", mode: node.mode };
    case "symlink":
      return { kind: "symlink", target: node.target };
    case "special":
      return { kind: "special" };
  }
}

function decodeFacts(facts: z.infer<typeof factsSchema>): FileFacts {
  switch (facts.kind) {
    case "elf":
      return {
        kind: "elf",
        elf: decodeElf(facts.elf),
        ...(facts.strings === undefined ? {} : { strings: facts.strings }),
      };
    case "data":
      return { kind: "data", bytes: new Uint8Array(Buffer.from(facts.base64, "base64")) };
    default:
      return facts;
  }
}
