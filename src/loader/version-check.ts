/**
 * The version check that follows mapping: every version that an object requires must be defined by the library it is required
 * from. Names are compared as members of a set, never as numbers. Mirrors match_symbol and _dl_check_map_versions of
 * elf/dl-version.c, and the checks of DT_RELR and of executable stacks that the loader makes at the same time.
 */
import type { ElfObject } from "../elf/object.js";
import { isAtLeast, isOlderThan, type LoaderIdentity } from "./identity.js";
import type { LoadProblem } from "./problem.js";
import type { LoadedObject } from "./scope.js";

/** Machines whose stacks are executable unless a PT_GNU_STACK header says otherwise (their DEFAULT_STACK_PERMS). */
const EXECUTABLE_STACK_BY_DEFAULT = new Set([3, 62, 40, 8, 20, 22, 2, 18, 43, 4, 42, 0x9026, 15]);

/**
 * Everything that the version check, and the checks beside it, object to.
 *
 * @param isComplete whether all that was asked for is loaded; otherwise the real loader would not have come this far
 */
export function checkVersions(
  objects: readonly LoadedObject[],
  identity: LoaderIdentity,
  isComplete: boolean,
): LoadProblem[] {
  const problems: LoadProblem[] = [];
  const byName = new Map<string, LoadedObject>();
  for (const object of objects) {
    for (const name of object.names) if (!byName.has(name)) byName.set(name, object);
  }
  for (const object of objects) {
    problems.push(...checkRequirements(object, byName, isComplete), ...checkRelr(object, identity));
  }
  return problems;
}

function* checkRequirements(
  object: LoadedObject,
  byName: ReadonlyMap<string, LoadedObject>,
  isComplete: boolean,
): Generator<LoadProblem> {
  const unknown = new Set<string>();
  for (const { file, name, weak } of object.elf.versions.requirements) {
    const provider = byName.get(file);
    if (provider === undefined) {
      // A library that was not found has been reported as missing; its versions are no second trouble.
      if (isComplete && !unknown.has(file)) yield { kind: "version-file-not-loaded", file, requiredBy: object.path };
      unknown.add(file);
      continue;
    }
    const place = { file, provider: provider.path, requiredBy: object.path };
    if (!provider.elf.versions.hasDefinitions) {
      yield { kind: "version-information-missing", ...place };
    } else if (!definesVersion(provider.elf, name)) {
      yield weak
        ? { kind: "version-not-defined-weak", version: name, ...place }
        : {
            kind: "version-not-defined",
            version: name,
            ...place,
            defined: provider.elf.versions.definitions.filter((d) => !d.base).map((d) => d.name),
          };
    }
  }
}

/**
 * An object with DT_RELR must say so with GLIBC_ABI_DT_RELR, or a loader that cannot read it would not notice: one before 2.36
 * leaves its relocations unapplied. Later ones insist on the word of every object that needs the C library.
 */
function* checkRelr(object: LoadedObject, identity: LoaderIdentity): Generator<LoadProblem> {
  if (!object.elf.relr || object.foundBy.kind === "interpreter") return;
  const { versions, needed } = object.elf;
  if (versions.requirements.some(({ name }) => name === "GLIBC_ABI_DT_RELR")) return;
  const needsLibc = versions.hasRequirements && needed.some((name) => name.startsWith("libc.so."));
  if (isOlderThan(identity.version, 2, 36))
    yield { kind: "relr-unsupported", requiredBy: object.path, reason: "loader-too-old" };
  else if (needsLibc && isAtLeast(identity.version, 2, 36))
    yield { kind: "relr-unsupported", requiredBy: object.path, reason: "no-dependency" };
}

/** What dlopen refuses for its stack. */
export function checkStacks(objects: readonly LoadedObject[], identity: LoaderIdentity): LoadProblem[] {
  return objects.flatMap((object) => [...checkStack(object, identity)]);
}

/** Since 2.41 dlopen refuses to make the stacks of running threads executable; at startup it is still done. */
function* checkStack(object: LoadedObject, identity: LoaderIdentity): Generator<LoadProblem> {
  if (!isAtLeast(identity.version, 2, 41) || object.foundBy.kind === "interpreter") return;
  const byDefault = object.elf.stack === "unmarked" && EXECUTABLE_STACK_BY_DEFAULT.has(object.elf.machine);
  if (object.elf.stack === "executable" || byDefault)
    yield { kind: "executable-stack", requiredBy: object.path, name: [...object.names][0] ?? object.path };
}

const definedNames = new WeakMap<ElfObject, ReadonlySet<string>>();

function definesVersion(elf: ElfObject, name: string): boolean {
  let names = definedNames.get(elf);
  if (names === undefined) {
    names = new Set(elf.versions.definitions.map((definition) => definition.name));
    definedNames.set(elf, names);
  }
  return names.has(name);
}
