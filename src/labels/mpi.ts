/**
 * Which MPI an image has or asks for: org.supercontainers.mpi of 2019, which means the ABI, and the later keys of the project "compspec",
 * which mean the implementation.
 */
import type { InspectReport } from "../inspect-schema.js";
import { NOTHING, type Derived, type Label, type LabelFamily } from "./family.js";

const ABI = "org.supercontainers.mpi";
const IMPLEMENTATION = "org.supercontainers.mpi.implementation";
const VERSION = "org.supercontainers.mpi.version";
const OPEN_MPI = "org.supercontainers.openmpi.version";

type Mpi = InspectReport["mpis"][number];

/** The MPI ABI initiative: one soname, and programs that run with any of them. */
const OF_MPICH = new Set(["mpich", "intel-mpi", "mvapich", "cray-mpich"]);
/** What programs ask for that bring no MPI of their own. */
const ASKED: readonly (readonly [RegExp, string])[] = [
  [/^libmpi\.so\.40$/, "openmpi"],
  [/^libmpi(?:_(?:cray|intel|gnu_\w+))?\.so\.12$/, "mpich"],
];

export const MPI_LABELS: LabelFamily = {
  keys: [
    { key: ABI, compare: "word" },
    { key: IMPLEMENTATION, compare: "word" },
    { key: VERSION, compare: "release" },
    { key: OPEN_MPI, compare: "release" },
  ],
  derive(report) {
    if (report.mpis.length === 0) return deriveAsked(report);
    const used = findUsed(report);
    const families = new Set(used.map(({ family }) => family));
    if (families.size > 1) return tellSeveral(used);
    const [mpi] = used;
    return mpi === undefined ? NOTHING : deriveOne(mpi, used);
  },
};

function deriveOne(mpi: Mpi, all: readonly Mpi[]): Derived {
  const { family, name, version, abi, path } = mpi;
  const found = `${name}${version === undefined ? "" : ` ${version}`} at ${path}`;
  if (family === "unknown-mpi") return { labels: [], undecided: tellAll(`it has ${found}`) };
  const label = (key: string, value: string, evidence = found): Label => ({ key, value, evidence: [evidence] });
  const isOneRelease = new Set(all.map((one) => one.version)).size === 1 && version !== undefined;
  return {
    labels: [
      label(ABI, toAbi(family), abi === undefined ? found : `${found}, whose ABI is ${abi}`),
      label(IMPLEMENTATION, toWord(family)),
      ...(isOneRelease ? [label(VERSION, version)] : []),
      ...(isOneRelease && family === "open-mpi" ? [label(OPEN_MPI, version)] : []),
    ],
    ...(isOneRelease
      ? {}
      : { undecided: [{ key: VERSION, reason: `${name} does not tell its release, or has several` }] }),
    ...(family === "open-mpi" ? {} : { absent: { [OPEN_MPI]: `its MPI is ${found}` } }),
  };
}

function tellAll(reason: string): NonNullable<Derived["undecided"]> {
  return [ABI, IMPLEMENTATION, VERSION].map((key) => ({ key, reason }));
}

/** Of several families none is the image's: whoever runs it chooses. */
function tellSeveral(mpis: readonly Mpi[]): Derived {
  const reason = `it has ${[...new Set(mpis.map(({ name }) => name))].join(" and ")}`;
  const values = [...new Set(mpis.map(({ family }) => toAbi(family)))];
  const [value] = values;
  return {
    labels:
      values.length === 1 && value !== undefined
        ? [{ key: ABI, value, evidence: mpis.map(({ name, path }) => `${name} at ${path}`) }]
        : [],
    undecided: tellAll(reason),
  };
}

/** Programs that ask for an MPI of the machine. */
function deriveAsked({ drivers }: InspectReport): Derived {
  const asked = drivers
    .filter(({ how, isThere }) => how === "needed" && !isThere)
    .flatMap(({ name, by }) => {
      const value = ASKED.find(([pattern]) => pattern.test(name))?.[1];
      return value === undefined
        ? []
        : [{ value, evidence: `${by[0] ?? "a program"} asks for ${name}, which the image does not have` }];
    });
  const values = new Set(asked.map(({ value }) => value));
  const [first] = asked;
  if (first === undefined) {
    const reason = "nothing in it is an MPI library or asks for one";
    return { labels: [], absent: { [ABI]: reason, [IMPLEMENTATION]: reason, [VERSION]: reason, [OPEN_MPI]: reason } };
  }
  if (values.size > 1) return { labels: [], undecided: [{ key: ABI, reason: "its programs ask for several MPIs" }] };
  return { labels: [{ key: ABI, value: first.value, evidence: asked.map(({ evidence }) => evidence) }] };
}

/** The MPI libraries that something else in the image loads; all of them where nothing does. */
function findUsed({ mpis, dependencies }: InspectReport): readonly Mpi[] {
  const own = new Set(mpis.map(({ path }) => path));
  const users = new Map<string, Set<string>>();
  for (const { from, to } of dependencies)
    if (to !== undefined && own.has(to) && !isOfMpi(from)) users.set(to, (users.get(to) ?? new Set()).add(from));
  const used = mpis.filter(({ path }) => users.has(path));
  return used.length === 0 ? mpis : used;
}

/** An MPI's own bindings, plugins and launchers load it whoever else does. */
function isOfMpi(path: string): boolean {
  return /\/(?:openmpi|mpich|mca_[^/]*|lib(?:mpi|mpich|oshmem|ompi|open-)[^/]*)(?:\/|$)|\/(?:ompi|mpi|oshmem|orte|prte)[\w-]*$/.test(
    path,
  );
}

function toAbi(family: string): string {
  return OF_MPICH.has(family) ? "mpich" : toWord(family);
}

function toWord(family: string): string {
  return family === "open-mpi" ? "openmpi" : family;
}
