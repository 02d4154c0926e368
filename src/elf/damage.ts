/**
 * What becomes of a file that contradicts itself behind its header. The kernel starts such a program, and a loader comes as far as
 * it can: a table that nobody can read is left empty, the first trouble is kept, and everything else that the file says stands.
 */
import type { ElfDamage } from "./object.js";
import { isMalformed } from "./reader.js";

export interface DamageLog {
  /** What `read` gives; where the file is malformed there, `otherwise`, and the trouble is kept. */
  attempt<Result>(read: () => Result, otherwise: Result): Result;
  /** The same for what says which libraries the file asks for, and where they are looked for. */
  attemptDependencies<Result>(read: () => Result, otherwise: Result): Result;
  finish(): { readonly damage?: ElfDamage };
}

export function createDamageLog(): DamageLog {
  let problem: string | undefined;
  let dependencies: ElfDamage["dependencies"] = "known";
  function attempt<Result>(read: () => Result, otherwise: Result, concerned: ElfDamage["dependencies"]): Result {
    try {
      return read();
    } catch (error) {
      if (!isMalformed(error)) throw error;
      problem ??= error.message;
      if (concerned === "unknown") dependencies = concerned;
      return otherwise;
    }
  }
  return {
    attempt: (read, otherwise) => attempt(read, otherwise, "known"),
    attemptDependencies: (read, otherwise) => attempt(read, otherwise, "unknown"),
    finish: () => (problem === undefined ? {} : { damage: { problem, dependencies } }),
  };
}
