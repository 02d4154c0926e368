/**
 * Several machines may run one image: which of its copies a loader takes depends on the CPU. Where that is not known, the question
 * is asked for each, and of every mount the worst answer stands.
 */
import type { JudgedCandidate } from "./judge-candidate.js";
import type { JudgedSet } from "./judge-set.js";
import { worseVerdict } from "./rules/verdict.js";

export interface Answer {
  readonly judged: readonly JudgedCandidate[];
  readonly set?: JudgedSet;
}

/** Of each library the worst of the answers, and of the sets the worst one; among equals the first. */
export function worstAnswer(answers: readonly Answer[]): Pick<Answer, "judged" | "set"> {
  const byName = new Map<string, JudgedCandidate>();
  for (const one of answers.flatMap(({ judged }) => judged)) {
    const { name } = one.candidate;
    byName.set(name, worse(byName.get(name), one));
  }
  const set = worstSet(answers.flatMap((answer) => answer.set ?? []));
  return { judged: [...byName.values()], ...(set === undefined ? {} : { set }) };
}

/** The worst of the sets, of equals the first. */
export function worstSet(sets: readonly JudgedSet[]): JudgedSet | undefined {
  let set: JudgedSet | undefined;
  for (const one of sets) set = worse(set, one);
  return set;
}

function worse<One extends JudgedCandidate | JudgedSet>(a: One | undefined, b: One): One {
  if (a === undefined) return b;
  const { verdict } = a.judgement;
  // What helps on one CPU is not known to help on the other.
  if (verdict === "safe-with" && b.judgement.verdict === verdict && namesOf(a) !== namesOf(b))
    return { ...a, suggested: [], judgement: { ...a.judgement, verdict: "unsafe" } };
  return worseVerdict(verdict, b.judgement.verdict) === verdict ? a : b;
}

function namesOf({ suggested }: JudgedCandidate | JudgedSet): string {
  return suggested.map(({ candidate }) => candidate.name).join(" ");
}
