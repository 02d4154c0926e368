/**
 * Every consumer of the image, loaded without any mount. What fails here is not held against a mount; what each consumer asks for
 * and gets decides which of them a mount can touch at all.
 *
 * A placement may change the environment of all processes: with `last`, LD_LIBRARY_PATH names the default folders, which then come
 * before every RUNPATH. Consumers are therefore loaded once more in that environment, still without the mount: who fares otherwise
 * there is touched by every mount.
 */
import type { ElfObject } from "../elf/object.js";
import { sameAbi } from "../loader/abi.js";
import { abiOf } from "../loader/identity.js";
import type { LoaderFamily } from "../loader/linked-family.js";
import { asksUnknown, loadedObjects, type LoadResult } from "../loader/load-result.js";
import type { LoadedObject } from "../loader/scope.js";
import type { Requester } from "../loader/search-path.js";
import { problemKeys } from "./failure.js";
import type { RootObject, Subject } from "./subject.js";

export interface Consumer extends RootObject {
  /** in the environment of the placement, and without the mount */
  readonly before: LoadResult;
  /** keys of the problems that exist today: without the mount, and without the placement's environment */
  readonly known: ReadonlySet<string>;
}

export interface Baseline {
  readonly consumers: readonly Consumer[];
  /**
   * The consumers that ask for any of the names, load any of the files, or suffer from the environment, in order; and those that
   * load a damaged library, of which nobody knows what it asks for.
   */
  affectedBy(names: Iterable<string>, files: Iterable<object>): readonly Consumer[];
  /**
   * The folders that objects like this one bring to a search of theirs (RPATH, RUNPATH), each list once.
   *
   * @param family those in processes of this C library alone
   */
  requesters(like: ElfObject, family?: LoaderFamily): Iterable<Requester>;
}

/**
 * Loads every object that `choose` accepts and some process of the image could load.
 *
 * @param placed the same image in the environment of the placement; `subject` itself where that is the image's own
 */
export function createBaseline(subject: Subject, placed: Subject, choose: (object: RootObject) => boolean): Baseline {
  const { loader } = subject;
  const consumers: Consumer[] = [];
  const suffering: number[] = [];
  const unknowing: number[] = [];
  const byName = new Map<string, number[]>();
  const byFile = new Map<object, number[]>();
  for (const object of subject.objects) {
    if (!subject.uses(object.elf) || !choose(object)) continue;
    const today = loader.load(object.path, object.node, object.elf);
    const before = placed === subject ? today : placed.loader.load(object.path, object.node, object.elf);
    const known = new Set(problemKeys(today).keys());
    const index = consumers.push({ ...object, before, known }) - 1;
    if (asksUnknown(before)) unknowing.push(index);
    if (before !== today && [...problemKeys(before).keys()].some((key) => !known.has(key))) suffering.push(index);
    for (const name of before.scope.requested) append(byName, name, index);
    for (const { node } of loadedObjects(before)) append(byFile, node, index);
  }
  let requesters: readonly Asker[] | undefined;
  return {
    consumers,
    requesters: (like, only) =>
      (requesters ??= findRequesters(consumers)).flatMap(({ elf, requester, family }) =>
        sameAbi(abiOf(elf), abiOf(like)) && (only ?? family) === family ? [requester] : [],
      ),
    affectedBy(names, files) {
      const found = new Set<number>([...suffering, ...unknowing]);
      for (const name of names) for (const index of byName.get(name) ?? []) found.add(index);
      for (const file of files) for (const index of byFile.get(file) ?? []) found.add(index);
      return [...found].sort((a, b) => a - b).map((index) => consumers[index] as Consumer);
    },
  };
}

interface Asker extends Pick<LoadedObject, "elf" | "requester"> {
  readonly family: LoaderFamily;
}

function findRequesters(consumers: readonly Consumer[]): readonly Asker[] {
  const found = new Map<string, Asker>();
  for (const { before } of consumers) {
    const { family } = before.scope;
    for (const { elf, requester } of loadedObjects(before)) {
      if (requester.key !== "")
        found.set(`${family} ${elf.machine} ${elf.class} ${requester.key}`, { elf, requester, family });
    }
  }
  return [...found.values()];
}

function append<Key>(index: Map<Key, number[]>, key: Key, value: number): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}
