/**
 * Whether one object can satisfy the references of another depends on the two files alone. That answer is kept for the life of
 * both: a thousand programs share a few hundred libraries.
 */
import type { ElfObject } from "../elf/object.js";

/** `answer`, which is asked once for each pair of a user and a provider. */
export function memoizePairs<Answer extends object>(
  answer: (user: ElfObject, provider: ElfObject) => Answer,
): (user: ElfObject, provider: ElfObject) => Answer {
  const pairs = new WeakMap<ElfObject, WeakMap<ElfObject, Answer>>();
  return (user, provider) => {
    let known = pairs.get(user);
    if (known === undefined) pairs.set(user, (known = new WeakMap()));
    let kept = known.get(provider);
    if (kept === undefined) known.set(provider, (kept = answer(user, provider)));
    return kept;
  };
}
