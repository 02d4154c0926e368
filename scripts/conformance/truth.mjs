/**
 * What the real loader does with mounted libraries: every program and library of the image that could meet one is loaded with the
 * mounts in place, bound at once and lazily, and so are the mounted libraries themselves.
 *
 *     ok        all that came up before comes up now, and nothing complains of more than before
 *     latent    something fails, but only where everything is bound at once
 *     broken    something fails that came up before, or has a new complaint
 *     untested  nothing could be run
 */
import { traceComplaints, usersOf } from "./baseline.mjs";
import { isUp } from "./stage.mjs";

/** One failure proves `broken`: of more consumers than this, the rest is then left out. */
const ALL_UP_TO = 120;
const FIRST_LOOK = 24;
/** How an assertion of the loader begins. */
const ABORT = "Inconsistency detected by ld.so";
const ORDER = ["untested", "ok", "latent", "broken"];

function worseTruth(a, b) {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

/**
 * @typedef {object} Landing one mounted library
 * @property {string} name the name that it is mounted for
 * @property {string} place where it lies in the image, links followed
 * @property {string} target where it was mounted, as the loader searches it
 * @property {string} [replaced] the image's own file that it covers or shadows
 * @property {object} home the host's stage, and the path of the library there
 */

/**
 * @param {object} options
 * @param {object} options.stage with the mounts in place
 * @param {object} options.before the baseline in today's environment
 * @param {object} options.placed the baseline in the placement's environment; the same where that changes nothing
 * @param {readonly Landing[]} options.landings
 * @param {ReadonlyMap<string, string>} options.env the environment with the mounts
 */
export function findTruth({ stage, before, placed, landings, env }) {
  const replaced = landings.flatMap((one) => (one.replaced === undefined ? [] : [one.replaced]));
  const names = landings.map(({ name }) => name);
  const affected = new Map();
  for (const baseline of new Set([before, placed])) {
    for (const object of baseline.findAffected(names, replaced)) affected.set(object.path, object);
  }
  if (placed !== before) for (const object of findSuffering(before, placed)) affected.set(object.path, object);
  for (const path of replaced) affected.delete(path);
  const consumers = [...affected.values()].sort((a, b) => hash(a.path) - hash(b.path));

  const found = {
    truth: "untested",
    consumers: consumers.length,
    broken: [],
    latent: [],
    message: "",
    isComplete: true,
    isBlind: false,
  };
  const add = (path, outcome, message) => {
    const isWorse = worseTruth(outcome, found.truth) !== found.truth;
    if (isWorse && outcome !== "ok") found.message = message;
    found.truth = worseTruth(outcome, found.truth);
    if (path !== undefined && (outcome === "broken" || outcome === "latent")) found[outcome].push(path);
  };
  const look = (objects) => {
    const outcomes = new Map();
    for (const user of [0, ...new Set(objects.flatMap(usersOf).filter((one) => one !== 0))]) {
      const some = objects.filter((object) => usersOf(object).includes(user));
      for (const [path, outcome] of lookAt({ stage, before, env, user }, some)) {
        const worst = worseTruth(outcome.outcome, outcomes.get(path)?.outcome ?? "untested");
        if (worst !== outcomes.get(path)?.outcome) outcomes.set(path, outcome);
      }
    }
    for (const [path, { outcome, message, isBlind = false }] of outcomes) {
      add(path, outcome, message);
      found.isBlind ||= isBlind;
    }
  };

  for (const landing of landings) {
    const { outcome, message } = lookAtMounted({ stage, before, env }, landing);
    add(undefined, outcome, message);
  }
  const selfTruth = found.truth;
  const isMany = consumers.length > ALL_UP_TO;
  if (isMany) look(consumers.slice(0, FIRST_LOOK));
  if (isMany && found.truth === "broken") found.isComplete = false;
  else look(isMany ? consumers.slice(FIRST_LOOK) : consumers);
  return { ...found, self: selfTruth };
}

/** The objects that the placement's environment alone makes fail. */
function findSuffering(before, placed) {
  placed.suffering ??= before.objects.filter((object) => {
    if (placed.comesUp(object, { now: true })) return false;
    const known = [before.findComplaints(object, { now: true })];
    return (
      before.comesUp(object, { now: true }) || listNew(placed.findComplaints(object, { now: true }), known).length > 0
    );
  });
  return placed.suffering;
}

function lookAt({ stage, before, env, user }, objects) {
  const start = (some, now) => stage.start(some.map((object) => stage.toTask(object, { env, now, user })));
  const failing = [];
  const outcomes = new Map();
  const eager = start(objects, true);
  objects.forEach((object, index) => {
    if (!isUp(eager[index])) failing.push({ object, message: toMessage(eager[index]) });
    else outcomes.set(object.path, { outcome: "ok", message: "" });
  });
  const some = failing.map(({ object }) => object);
  const lazy = start(some, false);
  failing.forEach(({ object, message }, index) => {
    const isUpLazily = isUp(lazy[index]);
    const isNew = before.comesUp(object, { now: true, user });
    const isWorse = before.comesUp(object, { now: false, user }) && !isUpLazily;
    const told = isUpLazily ? message : toMessage(lazy[index]);
    if (isNew || isWorse) outcomes.set(object.path, { outcome: isUpLazily ? "latent" : "broken", message: told });
    // In secure-execution mode the loader traces nothing: what failed before is not looked into.
    else if (user !== 0) outcomes.set(object.path, { outcome: "untested", message: "" });
    else outcomes.set(object.path, compare({ stage, before, env }, object));
  });
  return outcomes;
}

/**
 * An object that failed before and fails now: only new complaints count. Where the loader aborted, it says neither about whom nor what
 * would have come next: nothing is known then.
 */
function compare({ stage, before, env }, object) {
  for (const now of [false, true]) {
    const known = before.findComplaints(object, { now });
    if ([...known].some((one) => one.includes(ABORT))) return { outcome: "untested", message: "", isBlind: true };
    const fresh = listNew(traceComplaints(stage, object, { env, now }), [known]);
    if (fresh.length > 0) return { outcome: now ? "latent" : "broken", message: fresh[0] };
  }
  return { outcome: "ok", message: "" };
}

/** A mounted library is opened where it lies; what it fails on at home, or its predecessor here, is not new. */
function lookAtMounted({ stage, before, env }, landing) {
  const { place, target, replaced, home } = landing;
  const self = { path: target, program: false };
  const [eager] = stage.start([stage.toTask(self, { env, now: true })]);
  if (isUp(eager)) return { outcome: "ok", message: "" };
  const [lazy] = stage.start([stage.toTask(self, { env, now: false })]);
  const outcome = isUp(lazy) ? "latent" : "broken";
  const message = toMessage(isUp(lazy) ? eager : lazy);
  const atHome = { path: home.path, program: false };
  const [homeRun] = home.stage.start([home.stage.toTask(atHome, { env: new Map(), now: true })]);
  const predecessor = replaced === undefined ? undefined : before.objects.find(({ path }) => path === replaced);
  const predecessorFailed = predecessor !== undefined && !before.comesUp(predecessor, { now: true });
  if (isUp(homeRun) && !predecessorFailed) return { outcome, message };
  for (const now of [false, true]) {
    const known = [traceComplaints(home.stage, atHome, { env: new Map(), now })];
    if (predecessor !== undefined) known.push(before.findComplaints(predecessor, { now }));
    const fresh = listNew(traceComplaints(stage, { path: place, program: false }, { env, now }), known);
    if (fresh.length > 0) return { outcome: now ? "latent" : "broken", message: fresh[0] };
  }
  return { outcome: "untested", message: "" };
}

function listNew(complaints, known) {
  return [...complaints].filter((one) => !known.some((before) => before.has(one)));
}

function toMessage({ status, text }) {
  const lines = text
    .split("\n")
    .filter((line) => line !== "" && !/no version information|cannot be preloaded/.test(line));
  return lines.length === 0 ? `ended with ${status}` : lines.join("\n").slice(0, 400);
}

/** An order that has nothing to do with the names. */
function hash(text) {
  let mixed = 0x811c9dc5;
  for (const byte of Buffer.from(text)) mixed = Math.imul(mixed ^ byte, 0x01000193) >>> 0;
  return mixed;
}
