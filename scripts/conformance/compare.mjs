/** Holds a verdict against the truth. */

const RANK = { ok: 0, latent: 1, broken: 2 };
/** The worst truth that a verdict still allows; those that are not here promise nothing. */
const PROMISE = { safe: 0, loads: 0, "no-effect": 0, risky: 1 };

/**
 * @typedef {object} Outcome
 * @property {boolean} exact the simulated loader foretold the truth
 * @property {boolean} falseSafe a verdict, or the simulated loader, is milder than the truth
 * @property {boolean} falseUnsafe the simulated loader fails where the real one does not
 * @property {boolean} undecided
 * @property {"named" | "other" | undefined} reason whether the report names what the real loader complains of
 * @property {boolean | undefined} sameConsumers whether as many consumers fail as the report says
 */

/**
 * @param {{ truth: string, message: string, broken: readonly string[], latent: readonly string[], isComplete: boolean, isBlind: boolean }} truth
 * @param {{ loader: string, verdict: string, findings: readonly object[], broken?: number, latent?: number }} told
 * @returns {Outcome}
 */
export function compareVerdict(truth, told) {
  const rank = RANK[truth.truth];
  const foretold = RANK[told.loader];
  const fact = findFact(truth.message);
  const isMissed = rank > 0 && foretold > 0 && fact !== undefined;
  // A truth that could not see some consumers counts none; the verdict is held against it all the same.
  const canCount = truth.isComplete && !truth.isBlind && told.broken !== undefined && foretold !== undefined;
  return {
    exact: told.loader === truth.truth,
    falseSafe: (PROMISE[told.verdict] ?? 9) < rank || (foretold ?? 9) < rank,
    falseUnsafe: rank === 0 && foretold > 0,
    undecided: foretold === undefined,
    reason: isMissed ? (isNamed(fact, told.findings) ? "named" : "other") : undefined,
    sameConsumers: canCount ? told.broken === truth.broken.length && told.latent === truth.latent.length : undefined,
  };
}

/** What a complaint of the loader is about: a version, a symbol or a library. */
function findFact(message) {
  const patterns = [
    /version `([^']+)' not found/,
    /undefined symbol: ([^\s,]+)/,
    /symbol (\S+), version \S+ not defined/,
    /(?:^|[\s/])([^\s/]+): cannot open shared object file/m,
    /(?:^|[\s/])([^\s/]+) => not found/m,
  ];
  return patterns.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
}

function isNamed(fact, findings) {
  return findings.some(({ message, loaderMessage, evidence }) =>
    `${message} ${loaderMessage ?? ""} ${JSON.stringify(evidence ?? [])}`.includes(fact),
  );
}
