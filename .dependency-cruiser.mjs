/**
 * The walls of ARCHITECTURE.md, one rule or two for each. A folder's wall lists what it may import; anything else is a violation,
 * also what does not exist yet. Where types may cross and code may not, a second rule says so. Each comment argues for its wall:
 * whoever wants to move one has to answer it.
 */
import { builtinModules } from "node:module";

const ERRORS = "^src/errors[.]ts$";
const SCHEMA = "^src/schema[.]ts$";
const REPORT = "^src/report[.]ts$";

/** Everything that is one folder: `elf` covers src/elf/ and all below it. */
const folder = (name) => `^src/${name}/`;
/** A package of ours as dependency-cruiser resolves it, and one that is listed but could not be built here. */
const npm = (name) => `(^|node_modules/)${name}(/|$)`;
/** Modules of Node itself, by their names without the `node:`. */
const node = (...names) => `^(node:)?(${names.join("|")})$`;
const ANY_NODE = node(...builtinModules);

/**
 * A folder with the complete list of what it may import: `may` for code and types, `types` for types alone.
 * What the folder holds itself and errors.ts are always allowed.
 */
function wall({ name, from, may = [], types = [], comment }) {
  const open = [from.path, ERRORS, ...may];
  const imports = { name, severity: "error", comment, from, to: { pathNot: [...open, ...types] } };
  if (types.length === 0) return [imports];
  return [
    imports,
    {
      name: `${name}-types-only`,
      severity: "error",
      comment: `${comment} Of the folders whose values it is given it knows the types alone: code would be a second way in.`,
      from,
      to: { path: types, pathNot: open, dependencyTypesNot: ["type-only"] },
    },
  ];
}

/** A third-party package, and the only files that may know it. */
function door({ package: name, only, comment }) {
  return {
    name: `one-door-${name}`,
    severity: "error",
    comment,
    from: { path: "^src/", pathNot: only },
    to: { path: npm(name) },
  };
}

const walls = [
  wall({
    name: "elf-is-bytes-to-value",
    from: { path: folder("elf") },
    may: [npm("elfinfo")],
    comment:
      "Parsing an ELF file is a pure function of its bytes. A parser that could open files would work on some machines and for some " +
      "sources only; one that knew of images or loaders could not be tested, fuzzed or replaced by itself.",
  }),
  wall({
    name: "disk-looks-at-times",
    from: { path: folder("disk") },
    may: [node("fs")],
    comment:
      "What an inode and its file system tell of a file is told of hosts and images alike. Whoever asks decides what is kept for it.",
  }),
  wall({
    name: "rootfs-knows-no-content",
    from: { path: folder("rootfs") },
    comment:
      "A root filesystem is a value: names, links and nodes. If it knew what is in its files or where they come from, then the image, " +
      "the host and the overlay would no longer be three values of one type, and every verdict rests on that.",
  }),
  wall({
    name: "image-judges-nothing",
    from: { path: folder("image") },
    may: [
      folder("rootfs"),
      folder("disk"),
      npm("zstd-napi"),
      npm("zstddec"),
      npm("p-limit"),
      npm("tar-stream"),
      node(
        "fs",
        "fs/promises",
        "path",
        "stream",
        "stream/promises",
        "zlib",
        "crypto",
        "module",
        "os",
        "worker_threads",
      ),
    ],
    comment:
      "A layer is scanned once and without its neighbours; what is found is a function of the layer's bytes, so that it can be cached " +
      "under the diffID. The inspector of files is handed in by the caller: with ELF, the loader or rules imported here, a change of " +
      "theirs would silently make every cached layer wrong.",
  }),
  wall({
    name: "cache-stores-layer-facts",
    from: { path: folder("cache") },
    may: [node("fs", "fs/promises", "path", "os", "crypto", "zlib"), npm("@redis/client")],
    types: [folder("image")],
    comment:
      "The cache keeps LayerFacts by diffID and understands nothing else. If it called code of the image it would have an opinion on " +
      "what is cached, and a stale entry could pass for a fresh one.",
  }),
  wall({
    name: "cpu-is-a-lattice",
    from: { path: folder("cpu") },
    comment:
      "Which CPU can run code for which other is a partial order over names. It is data and comparison, the same on every machine, so " +
      "that a saved profile is judged as the live one is.",
  }),
  wall({
    name: "loader-is-given-values",
    from: { path: folder("loader") },
    may: [folder("rootfs"), folder("elf"), folder("cpu"), folder("knowledge")],
    comment:
      "The simulated loader runs on values: it must give the same answer for an image, a host and an overlay. With a file system, an " +
      "image or a host at hand it could look at this machine instead of the one it simulates, and no test would notice. Knowledge is " +
      "data, and tells what of a file is worth keeping.",
  }),
  wall({
    name: "knowledge-is-data",
    from: { path: folder("knowledge") },
    may: [SCHEMA],
    comment:
      "Facts about libraries are data that a person who knows MPI or GPUs can check without reading our code. An import of other " +
      "folders would be the first `if` hidden among the facts.",
  }),
  wall({
    name: "profiles-are-lists",
    from: { path: folder("profiles") },
    comment:
      "A list that a site wrote for its runtime is a function of its text: names and paths. What the host has of it is asked where the " +
      "host is; a parser that looked would take other entries on another machine.",
  }),
  wall({
    name: "packages-are-what-databases-say",
    from: { path: folder("packages") },
    may: ["^src/rootfs/(path|resolve)[.]ts$"],
    types: [folder("rootfs")],
    comment:
      "Which packages a root has is what its databases say, each form by one file and from bytes alone. What a library's own file says " +
      "of its version is asked elsewhere: here it would silently stand in for a database that could not be read.",
  }),
  wall({
    name: "stacks-look-at-roots",
    from: { path: folder("stacks") },
    may: [folder("rootfs"), folder("loader"), folder("knowledge"), SCHEMA],
    types: [folder("elf")],
    comment:
      "Which MPI, GPU driver and network a root has is told from the root alone, by one function for a host and an image. What a live " +
      "machine knows beside its files (its kernel's modules) is added by who reads that machine.",
  }),
  wall({
    name: "host-is-no-image",
    from: { path: folder("host") },
    may: [
      folder("rootfs"),
      folder("disk"),
      folder("elf"),
      folder("cpu"),
      folder("loader"),
      folder("knowledge"),
      folder("stacks"),
      SCHEMA,
      // The live machine's own loader is asked what it makes of the CPU.
      node("fs", "fs/promises", "path", "os", "child_process", "util"),
    ],
    comment:
      "A host is a root filesystem and its facts, however it was reached. An image as host comes in as a Snapshot from the caller; a " +
      "host that opened images, or asked the rules, would describe itself differently depending on who asks.",
  }),
  wall({
    name: "mounts-do-no-io",
    from: { path: folder("mounts") },
    may: [folder("loader"), folder("rootfs"), folder("knowledge"), folder("stacks")],
    types: [folder("host"), folder("elf"), folder("cpu")],
    comment:
      "A mount case is the question: two roots, before and after. It is asked without knowing what any rule will answer, and without " +
      "reading anything: what was not in the values would be judged on one machine and not on the other. Which MPI a file is tells stacks/, " +
      "for a host and an image alike.",
  }),
  wall({
    name: "rules-are-pure",
    from: { path: folder("rules") },
    may: [
      folder("knowledge"),
      REPORT,
      "^src/rootfs/(path|glob)[.]ts$",
      "^src/mounts/(same-build|c-library-part)[.]ts$",
    ],
    types: [folder("mounts"), folder("loader"), folder("elf"), folder("host"), folder("rootfs"), folder("cpu")],
    comment:
      "A rule compares what the loader found before and after, and says it in words. It runs nothing and reads nothing, so the same " +
      "inputs give the same findings. Four files are let in as code: how a byte path is shown, what a glob matches, and two questions " +
      "that a mount case and a rule must answer alike.",
  }),
  [
    {
      name: "rules-do-not-know-each-other",
      severity: "error",
      comment:
        "A rule that called another would give a second finding for one cause, and could not be switched off, moved in severity or " +
        "documented by itself. What two rules share goes to a file beside the folders mount/ and image/.",
      from: { path: "^src/rules/(mount|image)/([^/]+)[.]ts$" },
      to: { path: "^src/rules/(mount|image)/", pathNot: "^src/rules/$1/$2[.]ts$" },
    },
    {
      name: "report-is-the-contract",
      severity: "error",
      comment:
        "The report is what scripts and reporters rely on for years. It may name the vocabulary of the rules and nothing else: a type " +
        "taken from a folder inside would change the published shape with that folder's next clean-up.",
      from: { path: REPORT },
      to: { pathNot: ["^src/rules/rule[.]ts$"] },
    },
    {
      name: "report-is-the-contract-types-only",
      severity: "error",
      comment: "The report describes; a value imported from the rules would make every reader of the type load them.",
      from: { path: REPORT },
      to: { dependencyTypesNot: ["type-only"] },
    },
  ],
  wall({
    name: "code-counts-instructions",
    from: { path: folder("code") },
    may: [folder("elf")],
    comment:
      "What instructions a file holds is a function of its bytes. Whether that matters on some CPU is asked elsewhere: a decoder with " +
      "an opinion would count other things on another day.",
  }),
  wall({
    name: "spec-asks-no-machine",
    from: { path: folder("spec") },
    may: [
      folder("rootfs"),
      folder("elf"),
      folder("code"),
      folder("loader"),
      folder("cpu"),
      folder("knowledge"),
      folder("packages"),
      SCHEMA,
    ],
    types: [folder("image"), folder("mounts")],
    comment:
      "What an image needs is a function of its root and its config, with the simulated loader to find it. A host at hand would slip " +
      "into the answer, and what was read once would no longer do for every host.",
  }),
  wall({
    name: "labels-read-a-description",
    from: { path: folder("labels") },
    may: [folder("cpu")],
    types: ["^src/inspect-schema[.]ts$"],
    comment:
      "A label follows from what `inspect` says of an image, and so does whether one is true. A family that looked into files of its own " +
      "would call labels true for reasons that nobody can see in the description.",
  }),
  wall({
    name: "match-compares-values",
    from: { path: folder("match") },
    may: [REPORT, folder("spec"), folder("cpu"), folder("knowledge")],
    types: [folder("host"), folder("artifacts")],
    comment:
      "A cell of the matrix follows from what an image needs, what a host is, and what the loader did there. It loads and reads nothing, " +
      "so that the same question has the same answer wherever it is asked.",
  }),
  wall({
    name: "plan-asks-the-judge",
    from: { path: folder("plan") },
    may: [
      REPORT,
      folder("knowledge"),
      "^src/rootfs/(path|glob)[.]ts$",
      "^src/mounts/(same-build|c-library-part|landing)[.]ts$",
      "^src/elf/symbol-names[.]ts$",
    ],
    types: [folder("mounts"), folder("loader"), folder("host"), folder("rootfs")],
    comment:
      "A search for a plan tries sets and is told how each comes out: whatever it concludes, the same judge has said that everybody " +
      "else asks. It runs no loader and no rule, so that no plan can rest on an answer of its own. Of mounts it knows as code what " +
      "must be answered alike wherever it is asked: what is the same build, a part of the C library, and found by which environment; " +
      "and of files how a name is looked for among those of their symbols.",
  }),
  ["compare", "policy"].flatMap((name) =>
    wall({
      name: `${name}-reads-reports`,
      from: { path: folder(name), pathNot: folder("compare/images") },
      // A policy is text that a user writes, with patterns in it, and a baseline is compared like any other report.
      may: [
        REPORT,
        folder("knowledge"),
        folder("cpu"),
        SCHEMA,
        ...(name === "policy" ? [folder("compare"), "^src/(yaml|yaml-faults|nearest-word|rootfs/glob)[.]ts$"] : []),
      ],
      types: [folder("host"), folder("mounts"), folder("image")],
      comment:
        `What ${name}/ says follows from reports and facts that are already there. It opens no files and knows no command line, so ` +
        "that a plan or a gate made from saved JSON equals one made right after the analysis.",
    }),
  ),
  wall({
    name: "images-are-compared-as-values",
    from: { path: folder("compare/images") },
    may: [folder("rootfs"), folder("elf"), folder("loader"), "^src/compare/identity[.]ts$", SCHEMA],
    types: [REPORT, folder("image")],
    comment:
      "Two images are compared as roots and lists that somebody has read: what differs follows from the two values. It opens nothing, and " +
      "of the loader it knows what a symbol is found by, so that an ABI that is gone is one that the loader would miss.",
  }),
  wall({
    name: "artifacts-are-texts",
    from: { path: folder("artifacts") },
    may: [SCHEMA, folder("cpu"), "^src/yaml[.]ts$"],
    comment:
      "An artifact is a function of claims to text, and back. What an image is like, and what a machine is, comes in as a value: a form " +
      "that looked at either could say more than its own text does.",
  }),
  [
    {
      name: "artifact-forms-do-not-know-each-other",
      severity: "error",
      comment:
        "Each form is somebody else's, and changes when they change it. What two of them share goes to a file beside their folders.",
      from: { path: "^src/artifacts/([^/]+)/" },
      to: { path: "^src/artifacts/[^/]+/", pathNot: "^src/artifacts/$1/" },
    },
  ],
  wall({
    name: "grid-is-a-file",
    from: { path: folder("grid") },
    may: [SCHEMA, REPORT, "^src/(yaml|yaml-faults|nearest-word|match/reason)[.]ts$"],
    comment:
      "A grid is a function of its text: recipes, cells, and the files that are made of them. Which images are there, and what is judged " +
      "of them, is asked by a job; a grid that looked would write other files on another machine.",
  }),
  wall({
    name: "uptodate-is-a-file",
    from: { path: folder("uptodate") },
    may: [
      SCHEMA,
      node("vm"),
      "^src/(yaml|yaml-faults|nearest-word)[.]ts$",
      "^src/dockerfile/(code-names|reference)[.]ts$",
    ],
    comment:
      "What an uptodate.yaml asks for is a function of its text, and of the tags, versions and folders that somebody hands in. Which these are " +
      "is asked by a job, so that a registry and a lock file get the same answers out of it.",
  }),
  wall({
    name: "structure-tests-ask-values",
    from: { path: folder("structure") },
    may: [
      folder("rootfs"),
      folder("elf"),
      folder("loader"),
      folder("cpu"),
      "^src/spec/floors[.]ts$",
      "^src/(yaml|yaml-faults)[.]ts$",
      SCHEMA,
    ],
    types: [folder("image")],
    comment:
      "A test asks what is in an image's root, its configuration and what its loader would do: values that somebody has read. Whatever " +
      "started a process or opened a file would give other answers on another machine.",
  }),
  wall({
    name: "reporters-render-values",
    from: { path: folder("reporters") },
    // A fingerprint is a hash of the report, and nothing that is looked up.
    may: [
      REPORT,
      "^src/display-text[.]ts$",
      folder("match"),
      folder("compare"),
      npm("picocolors"),
      npm("diff"),
      node("crypto"),
    ],
    types: [
      folder("plan"),
      folder("policy"),
      "^src/host/profile(?:-schema)?[.]ts$",
      "^src/inspect-schema[.]ts$",
      folder("structure"),
      "^src/labels[.]ts$",
      "^src/labels/check[.]ts$",
      "^src/(update|list-builds)[.]ts$",
      "^src/grid/grid-report[.]ts$",
    ],
    comment:
      "A reporter turns a report into text; for `containerspec host` that report is the profile. If it could look anything up, two formats of one run could disagree, and a saved report " +
      "could not be rendered again.",
  }),
  wall({
    name: "dockerfile-is-text",
    from: { path: folder("dockerfile") },
    may: [npm("dockerfile-ast"), npm("semver")],
    comment:
      "Editing a Dockerfile is a function from text to text. Digests and labels come in as values; an editor that fetched them itself " +
      "could not be tested offline and would touch more bytes than it was asked to.",
  }),
  wall({
    name: "registry-speaks-one-protocol",
    from: { path: folder("registry") },
    may: [ANY_NODE, SCHEMA, "^src/image/platform[.]ts$"],
    comment:
      "The only part that may use the network. It knows the distribution protocol and Node, so that it is plain that no image, host or " +
      "report can leave the machine through it. Of images it knows how a platform is written, which must be one way everywhere.",
  }),
  wall({
    name: "versions-ask-as-registries-are-asked",
    from: { path: folder("versions") },
    may: ["^src/registry/(?:asked|endpoint|exchange)[.]ts$"],
    types: [folder("dockerfile"), folder("registry")],
    comment:
      "GitHub and Spack are asked over the transport that registries are asked over, so that proxies, patience and what a redirect " +
      "may see are one thing. With sockets of its own this folder would be a second way out of the machine.",
  }),
  [
    {
      name: "jobs-know-no-command-line",
      severity: "error",
      comment:
        "analyze.ts and the other jobs beside it are the library. They return values; rendering and the command line stand before them. " +
        "A job that knew a reporter would choose a format for its caller, and one that knew index.ts or cli/ would go round in a circle.",
      from: { path: "^src/[^/]+[.]ts$", pathNot: ["^src/index[.]ts$"] },
      to: { path: ["^src/reporters/", "^src/cli/", "^src/index[.]ts$", node("process", "console")] },
    },
    {
      name: "index-exports-jobs",
      severity: "error",
      comment:
        "What index.ts exports is promised to users. Code goes out through the jobs beside it, whose signatures are written for callers; " +
        "code from inside a folder would make every helper of ours an interface.",
      from: { path: "^src/index[.]ts$" },
      to: { pathNot: ["^src/[^/]+[.]ts$"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "index-hides-the-command-line",
      severity: "error",
      comment: "A program that uses the library must not get commander or process handling with it, not even as types.",
      from: { path: "^src/index[.]ts$" },
      to: { path: ["^src/cli/", "^src/reporters/", "node_modules/"] },
    },
  ],
  wall({
    name: "cli-is-a-user-of-the-library",
    from: { path: folder("cli") },
    may: ["^src/(?:index|vocabulary)[.]ts$", folder("reporters"), npm("commander"), ANY_NODE],
    comment:
      "The command line can do what any user of the package can, and no more: what it needs from behind index.ts, others will need " +
      "too, and it belongs into the interface.",
  }),
  wall({
    name: "schema-is-a-door",
    from: { path: SCHEMA },
    may: [npm("zod")],
    comment:
      "schema.ts passes zod on, so that validation can be replaced in one place. Anything else in it would hide behind that door.",
  }),
  wall({
    name: "errors-need-nothing",
    from: { path: ERRORS },
    comment: "Everyone may import errors.ts; whatever it imported, everyone would import, past every wall.",
  }),
];

const doors = [
  door({
    package: "tar-stream",
    only: "^src/image/write-tar[.]ts$",
    comment:
      "We read archives with our own reader, which is bounded and keeps byte paths. tar-stream may only write, in one file: a second " +
      "reader would accept other archives than the first.",
  }),
  door({
    package: "zstd-napi",
    only: "^src/image/zstd-native[.]ts$",
    comment:
      "Native code that may be missing on a machine. One file tries it and falls back; any other would fail there at import.",
  }),
  door({
    package: "zstddec",
    only: "^src/image/zstd-wasm[.]ts$",
    comment: "Its loop never checks error codes. One file guards against that; a second user would have to know.",
  }),
  door({
    package: "elfinfo",
    only: "^src/elf/header[.]ts$",
    comment:
      "A beta release pinned exactly: its types say less than it does, and it reads headers alone here. One file knows its quirks, so " +
      "that a new version is one file's work.",
  }),
  door({
    package: "p-limit",
    only: "^src/image/concurrency[.]ts$",
    comment: "How much runs at once is decided in one place; limits in several places multiply and use up memory.",
  }),
  door({
    package: "@redis/client",
    only: "^src/cache/redis-client[.]ts$",
    comment:
      "A megabyte that is loaded only where a shared store was asked for, and errors that may repeat a password: one file loads it and " +
      "keeps what it says to itself.",
  }),
  door({
    package: "zod",
    only: SCHEMA,
    comment: "The validator can be replaced in one place only while nobody else names it.",
  }),
  door({
    package: "yaml",
    only: "^src/yaml[.]ts$",
    comment:
      "What a document may cost and how its scalars are taken is decided in one place. A second reader would take 2.30 for a number, " +
      "or a key that stands twice for its last value.",
  }),
  door({
    package: "commander",
    only: folder("cli"),
    comment: "How options are parsed is a matter of the command line; the library takes plain objects.",
  }),
  door({
    package: "picocolors",
    only: "^src/reporters/terminal[.]ts$",
    comment:
      "Whether to colour depends on the terminal. One file asks; the other reporters give bytes that do not depend on it.",
  }),
];

const general = [
  {
    name: "no-cycles",
    severity: "error",
    comment: "Files in a circle can only be read, tested and moved together. That holds for circles of types as well.",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-orphans",
    severity: "error",
    comment: "A file that nothing imports and that imports nothing is dead, or was forgotten in a catalog.",
    from: { orphan: true, path: "^src/" },
    to: {},
  },
  {
    name: "nothing-imports-tests",
    severity: "error",
    comment:
      "Tests, scripts and fixtures are not in the package: what imports them works here and breaks for every user.",
    from: { path: "^src/" },
    to: { path: ["^test/", "^scripts/", "^fixtures/", "^build/", "^dist/"] },
  },
  {
    name: "no-development-packages",
    severity: "error",
    comment:
      "A development dependency is not installed with the package. Those that have a door are bundled (scripts/build.mjs); what imports " +
      "any other would ship a tool of ours to every user.",
    from: { path: "^src/" },
    to: {
      dependencyTypes: ["npm-dev"],
      dependencyTypesNot: ["type-only"],
      pathNot: [
        npm("@types"),
        ...[
          "@redis/client",
          "commander",
          "diff",
          "dockerfile-ast",
          "elfinfo",
          "p-limit",
          "picocolors",
          "semver",
          "tar-stream",
          "yaml",
          "zstddec",
        ].map(npm),
      ],
    },
  },
  {
    name: "no-unlisted-packages",
    severity: "error",
    comment: "A package that is there only because another needs it can vanish with that one's next release.",
    from: { path: "^src/" },
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"] },
  },
  {
    name: "no-way-around-the-walls",
    severity: "error",
    comment:
      "createRequire loads modules that no wall can see. One file needs it: zstd-napi may be missing, and a missing import cannot be " +
      "caught at the top of a module.",
    from: { path: "^src/", pathNot: "^src/image/zstd-native[.]ts$" },
    to: { path: node("module") },
  },
  {
    name: "no-unresolvable-imports",
    severity: "error",
    comment: "An import that resolves to nothing escapes all other walls.",
    from: { path: "^src/" },
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: [...walls.flat(), ...doors, ...general],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Types are imports too; where only they may cross, the rules say `type-only`.
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
    skipAnalysisNotInRules: true,
  },
};
