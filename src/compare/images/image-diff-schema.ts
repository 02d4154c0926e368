/** What `containerspec diff` says of two images, each field with its meaning: docs/image-diff.schema.json is made from it. */
import { z } from "../../schema.js";
import { EFFECTS, IMAGE_PARTS, type ImagePart } from "./image-parts.js";

export const IMAGE_DIFF_VERSION = "1.0.0";

const effect = z
  .enum(EFFECTS)
  .describe(
    "what it does to those who were built with the image before: breaks them; may-break some; unknown where a file cannot be read; " +
      "compatible where something is there that was not; cosmetic where only the build differs",
  );

const text = (meaning: string) => z.string().describe(meaning);
const texts = (meaning: string) => z.array(z.string()).describe(meaning);
const cameAndWent = (what: string) =>
  z.object({ removed: texts(`${what} that went`), added: texts(`${what} that came`) }).describe(`${what}, sorted`);

const library = z.object({
  name: text("its DT_SONAME, or its file name where it has none"),
  path: text("its file, with links followed"),
  machine: text("whose library it is: x86_64"),
  isFound: z
    .boolean()
    .describe("whether the image's loader finds it by its name, in no folder that a program must name"),
  version: z.string().exactOptional().describe("what its file name says: 1.3.1 of libz.so.1.3.1"),
  package: z.string().exactOptional().describe("the package that brought it, with its version"),
});

const symbol = z.object({
  name: text("the symbol"),
  version: z.string().exactOptional().describe("its version node"),
  kind: z.enum(["function", "data", "thread-local data", "other"]).describe("what it stands for"),
  isPrivate: z.literal(true).exactOptional().describe("its node says that it is the project's own: GLIBC_PRIVATE"),
});

const shape = z.object({
  kind: symbol.shape.kind,
  size: z.number().describe("bytes"),
});

const changedLibrary = z.object({
  name: text("the name that it has now"),
  effect,
  before: library.describe("what it was"),
  after: library.describe("what it is"),
  versions: cameAndWent("version nodes that it defines"),
  symbols: z
    .object({
      removed: z.array(symbol).describe("exported symbols that nobody finds any more who was linked with them, sorted"),
      added: z.array(symbol).describe("exported symbols that were not there, sorted"),
      changed: z
        .array(symbol.omit({ kind: true }).extend({ before: shape, after: shape }))
        .describe("data of another size, or symbols that stand for another kind of thing, sorted"),
    })
    .describe("its exported symbols"),
  needed: cameAndWent("libraries that it needs"),
  problem: z.string().exactOptional().describe("why its symbols are not known"),
});

const program = z.object({ path: text("the program, with links followed") });

const changedProgram = program.extend({
  effect,
  interpreter: z
    .object({
      before: z.string().nullable().describe("null: started without one"),
      after: z.string().nullable().describe("likewise"),
    })
    .exactOptional()
    .describe("what loads it, where that changed"),
  needed: cameAndWent("libraries that it needs"),
});

const hazard = z.object({
  rule: text("the rule, whose page `containerspec explain` prints"),
  severity: z.enum(["error", "unknown", "warning", "note"]).describe("how much it matters"),
  message: text("one sentence"),
  subjects: texts("the files that it is about, sorted"),
});

const packageRow = z.object({
  manager: text("whose database tells of it: dpkg, apk, rpm, opkg"),
  name: text("its name"),
  architecture: z.string().exactOptional().describe("what it was built for"),
  version: text("its version, as the manager writes it"),
});

const file = z.object({
  path: text("where it is"),
  kind: text("file, directory, symlink, or which special file"),
  mode: z.string().exactOptional().describe("permission bits, octal"),
  owner: text("uid:gid"),
  size: z.number().exactOptional().describe("bytes of a file"),
  target: z.string().exactOptional().describe("the text of a symlink"),
  digest: z.string().exactOptional().describe("of a file's content"),
});

const changedFile = z.object({
  path: file.shape.path,
  changed: z
    .array(z.enum(["kind", "content", "mode", "owner", "target", "capabilities"]))
    .describe("what differs; content by its digest"),
  before: file.describe("what it was"),
  after: file.describe("what it is"),
});

const side = z.object({
  source: text("the file or folder"),
  reference: z.string().exactOptional().describe("what the archive calls the image"),
  digest: text("of its manifest or configuration"),
  platform: text("os/arch[/variant]"),
});

const field = z.union([z.string(), z.array(z.string())]).nullable();
const layer = z.object({
  diffId: text("digest of the uncompressed layer"),
  index: z.number().describe("its place, from 0 at the base"),
  size: z.number().describe("bytes as stored"),
});
const step = z.object({
  createdBy: text("the command"),
  isEmptyLayer: z.boolean().describe("it made no layer"),
});
const sizes = z.object({
  stored: z.number().describe("bytes of its layers as they are stored"),
  files: z.number().describe("bytes of the files that a process in it sees"),
});

/** A part that was not asked for is null. */
const lists = <Item extends z.ZodType, Change extends z.ZodType>(row: Item, change: Change) =>
  z
    .object({
      added: z.array(row).describe("only in the image after"),
      removed: z.array(row).describe("only in the image before"),
      changed: z.array(change).describe("in both, and different"),
    })
    .nullable();

export const imageDiffSchema = z.object({
  schemaVersion: text("the version of this format; a new major one when a field changes its meaning"),
  kind: z.literal("containerspec-image-diff").describe("what this document is"),
  tool: z.object({ name: text("containerspec"), version: text("its release") }).describe("what wrote it"),
  same: z.boolean().describe("nothing differs in what was compared, and all of it could be read"),
  before: side.describe("the first image"),
  after: side.describe("the second one"),
  compared: z.array(z.enum(IMAGE_PARTS)).describe("the parts that were compared; those that were not are null below"),
  breaking: z
    .array(
      z.object({
        part: z.enum(IMAGE_PARTS).describe("where more of it is told"),
        subject: text("what it is about"),
        effect: z.enum(["breaks", "may-break", "unknown"]).describe("how sure that is"),
        message: text("one sentence"),
      }),
    )
    .describe("what can break somebody who links with the image, calls its programs or runs on it; the worst first"),
  unknown: texts("what could not be read, and may hide differences"),
  libraries: lists(library, changedLibrary).describe("shared libraries"),
  programs: lists(program, changedProgram).describe("programs"),
  floors: z
    .array(
      z.object({
        floor: text("glibc, kernel, isa"),
        before: z.string().nullable().describe("null where nothing asks for it"),
        after: z.string().nullable().describe("likewise"),
        isRaised: z.boolean().describe("a machine that was good enough may be so no more"),
      }),
    )
    .nullable()
    .describe("what it needs of a machine at least, where that changed"),
  hazards: z
    .object({
      added: z.array(hazard).describe("those that came"),
      removed: z.array(hazard).describe("those that went"),
    })
    .nullable()
    .describe("what is dangerous in it by itself"),
  packages: lists(
    packageRow,
    packageRow.omit({ version: true }).extend({ before: text("its version before"), after: text("its version after") }),
  ).describe("packages of its distribution"),
  metadata: z
    .array(
      z.object({
        field: text("user, env.PATH, labels.…"),
        before: field.describe("null where it is not there"),
        after: field.describe("likewise"),
      }),
    )
    .nullable()
    .describe("fields of its configuration that differ"),
  history: z
    .object({
      shared: z.number().describe("steps that both begin with"),
      removed: z.array(step).describe("the other steps of the image before"),
      added: z.array(step).describe("the other steps of the image after"),
    })
    .nullable()
    .describe("how it was made"),
  layers: z
    .object({
      shared: z.array(z.string()).describe("diffIDs of layers that both have"),
      removed: z.array(layer).describe("layers of the image before alone"),
      added: z.array(layer).describe("layers of the image after alone"),
    })
    .nullable()
    .describe("its layers, by the digest of what is in them"),
  size: z
    .object({ before: sizes.describe("before"), after: sizes.describe("after") })
    .nullable()
    .describe("how large it is"),
  files: lists(file, changedFile).describe("everything that a process in it sees"),
});

export type ImageDiff = z.infer<typeof imageDiffSchema>;
/** What is said where a part was compared. */
type Part<Name extends ImagePart> = NonNullable<ImageDiff[Name]>;

export type LibrariesDiff = Part<"libraries">;
export type DiffedLibrary = LibrariesDiff["added"][number];
export type LibraryDiff = LibrariesDiff["changed"][number];
export type ExportedSymbol = LibraryDiff["symbols"]["removed"][number];
export type SymbolDiff = LibraryDiff["symbols"]["changed"][number];
export type ProgramsDiff = Part<"programs">;
export type ProgramDiff = ProgramsDiff["changed"][number];
export type FloorDiff = Part<"floors">[number];
export type HazardsDiff = Part<"hazards">;
export type DiffedHazard = HazardsDiff["added"][number];
export type PackagesDiff = Part<"packages">;
export type FieldDiff = Part<"metadata">[number];
export type HistoryDiff = Part<"history">;
export type LayersDiff = Part<"layers">;
export type SizeDiff = Part<"size">;
export type FilesDiff = Part<"files">;
export type DiffedFile = FilesDiff["added"][number];
export type FileDiff = FilesDiff["changed"][number];
export type BreakingDiff = ImageDiff["breaking"][number];
