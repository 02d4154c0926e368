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

const PROFILE_VERSION = "1.0.0";
const KIND = "containerspec-host-profile";

const libcStringsSchema = z.object({
  family: z.enum(["glibc", "musl"]).describe("which C library says so"),
  version: z.string().exactOptional().describe("its release"),
  cachePath: z.string().exactOptional().describe("where the loader looks for its cache"),
  defaultFolders: z.array(z.string()).exactOptional().describe("folders that the loader searches last, in order"),
});

const factsSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("elf").describe("an ELF file"),
      elf: elfSchema.describe("what the loader reads in it"),
      strings: libcStringsSchema.exactOptional().describe("what a C library or its loader says of itself"),
    }),
    z.object({
      kind: z.literal("broken-elf").describe("starts as an ELF file and contradicts itself"),
      problem: z.string().describe("what is wrong in it"),
    }),
    z.object({
      kind: z.literal("data").describe("a text or a cache that the loader reads"),
      base64: z.string().describe("its content"),
    }),
    z.object({ kind: z.literal("other").describe("something else, whose content does not matter") }),
    z.object({
      kind: z.literal("unread").describe("its content could not be had"),
      reason: z.string().describe("why not"),
    }),
  ])
  .describe("what was learned from the content");

const paths = z.array(z.string()).describe("every name of it; byte strings, one character (0 to 255) a byte");
const mode = z.int().describe("permission bits");

/** Names of one inode share one entry: `paths` lists them all. */
const nodeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("file").describe("a file; hard links to it share the entry"),
    paths,
    size: z.number().describe("bytes"),
    mode,
    facts: factsSchema,
  }),
  z.object({ kind: z.literal("directory").describe("a folder with nothing in it that is listed"), paths, mode }),
  z.object({
    kind: z.literal("symlink").describe("a symbolic link"),
    paths,
    target: z.string().describe("its text, a byte string"),
  }),
  z.object({ kind: z.literal("special").describe("a device, pipe or socket"), paths }),
]);

const librarySchema = z.object({
  name: z
    .string()
    .describe("the name that the loader knows: a key of ld.so.cache, or a file name in a searched folder"),
  path: z.string().describe("where the loader finds it"),
  realPath: z.string().describe("the same with links followed"),
  soname: z.string().exactOptional().describe("its DT_SONAME"),
});

const cpuSchema = z.object({
  name: z.string().describe("archspec's generic name for the level"),
  vendor: z.string().describe("vendor_id of /proc/cpuinfo"),
  level: z.string().exactOptional().describe("the x86-64 level that its features reach"),
  features: z.array(z.string()).describe("flags of /proc/cpuinfo, sorted"),
});

const libcSchema = z.object({
  family: z.enum(["glibc", "musl", "none"]).describe("which C library"),
  version: z.string().exactOptional().describe("its release"),
});

export const profileSchema = z.object({
  schemaVersion: z.string().describe("the version of this format; a new major one when a field changes its meaning"),
  kind: z.literal(KIND).describe("tells a profile from other JSON"),
  source: z
    .string()
    .describe(
      '"live", or the name of the file or folder that was described, without its folder (which may name a user)',
    ),
  name: z.string().describe("PRETTY_NAME of os-release; empty where there is none"),
  libc: libcSchema.describe("the C library of its main machine"),
  kernel: z.string().exactOptional().describe("release of the running kernel (uname -r); a live machine only"),
  machine: z.string().exactOptional().describe("uname -m"),
  cpu: cpuSchema.exactOptional().describe("the CPU; a live x86-64 machine only"),
  libraries: z
    .array(librarySchema)
    .describe("the libraries that its loader finds, for people and scripts: it follows from files"),
  folders: z.array(z.string()).describe("folders that were added with --folder"),
  files: z.array(nodeSchema).describe("what the loader of the host could reach"),
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
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
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
