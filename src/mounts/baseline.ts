/**
 * Every consumer of the image, loaded once without any mount. What fails here is not held against a mount; what each consumer
 * asks for and gets decides which of them a mount can touch at all.
 */
import { sameAbi } from "../loader/abi.js";
import { abiOf } from "../loader/identity.js";
import type { LoadResult } from "../loader/loader.js";
import { problemKeys } from "./failure.js";
import type { RootObject, Subject } from "./subject.js";

export interface Consumer extends RootObject {
  readonly before: LoadResult;
  /** keys of the problems that exist without the mount */
  readonly known: ReadonlySet<string>;
}

export interface Baseline {
  readonly consumers: readonly Consumer[];
  /** the consumers that ask for any of the names, or load any of the files, in order */
  affectedBy(names: Iterable<string>, files: Iterable<object>): readonly Consumer[];
}

/** Loads every object of the image's machine that `choose` accepts. */
export function createBaseline(subject: Subject, choose: (object: RootObject) => boolean): Baseline {
  const { like, loader } = subject;
  const consumers: Consumer[] = [];
  const byName = new Map<string, number[]>();
  const byFile = new Map<object, number[]>();
  for (const object of subject.objects) {
    if (like === undefined || !sameAbi(abiOf(object.elf), abiOf(like)) || !choose(object)) continue;
    const before = loader.load(object.path, object.node, object.elf);
    const index = consumers.push({ ...object, before, known: new Set(problemKeys(before).keys()) }) - 1;
    for (const name of before.scope.requested) append(byName, name, index);
    for (const { node } of before.scope.objects) append(byFile, node, index);
  }
  return {
    consumers,
    affectedBy(names, files) {
      const found = new Set<number>();
      for (const name of names) for (const index of byName.get(name) ?? []) found.add(index);
      for (const file of files) for (const index of byFile.get(file) ?? []) found.add(index);
      return [...found].sort((a, b) => a - b).map((index) => consumers[index] as Consumer);
    },
  };
}

function append<Key>(index: Map<Key, number[]>, key: Key, value: number): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}
