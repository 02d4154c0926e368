/** One case: its image is made, judged, and played for real. */
import { existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createBaseline } from "./baseline.mjs";
import { KNOWN_SETS } from "./cases.mjs";
import { compareVerdict } from "./compare.mjs";
import { makeLayout } from "./image-layout.mjs";
import { findAtHome, findCompanions, listNames, toEnvironment, toLanding } from "./libraries.mjs";
import { listElfFiles } from "./objects.mjs";
import { createRandom } from "../random.mjs";
import { toRealPlace } from "./root-path.mjs";
import { createStage } from "./stage.mjs";
import { findTruth } from "./truth.mjs";
import { analyzeImage } from "./verdicts.mjs";

/** Libraries that more consumers load than this are drawn now and then: their runs take long. */
const MANY = 300;
const MANY_EACH = 2;

/**
 * @typedef {object} Suite one Debian release
 * @property {string} base its root folder
 * @property {object} stage
 * @property {ReadonlyMap<string, string>} names
 * @property {readonly object[]} objects
 * @property {string} profile
 * @property {Map<string, object>} baselines of the stage, by environment
 */

/**
 * @param {object} options
 * @param {import("./cases.mjs").Case} options.case
 * @param {Map<string, Suite>} options.suites
 * @param {{ folder: string, tools: object, level: string, cli: string }} options.workshop
 * @param {(line: string) => void} options.onProgress
 * @returns {Promise<object[]>} a row for each truth
 */
export async function runCase({ case: wanted, suites, workshop, onProgress }) {
  const { image, host, kind, prepare, runs } = wanted;
  const [own, other] = [suites.get(image), suites.get(host)];
  const third = [...suites].find(([name]) => name !== image && name !== host)?.[1] ?? other;
  const seed = [kind, image, host, prepare?.toString() ?? ""].join(" ");
  const scene = await openScene({ own, other, third, prepare, random: createRandom(seed), workshop, image });
  const rows = [];
  try {
    for (const [index, run] of runs.entries()) {
      const label = { kind, image, host, placement: run.placement, companions: run.companions ?? "none" };
      rows.push(...playRun({ ...scene, own, other, workshop }, run, label, createRandom(`${seed} ${index}`)));
      onProgress(`${kind} ${image} < ${host} ${run.placement} ${label.companions}: ${rows.length} truths`);
    }
  } finally {
    if (prepare !== undefined) scene.stage.close();
  }
  return rows;
}

/** The stage of a case and its image: the suite's own, or one that is changed first. */
async function openScene({ own, other, third, prepare, random, workshop, image }) {
  if (prepare === undefined) {
    own.layout ??= await makeLayout({ name: image, root: own.base });
    return { stage: own.stage, objects: own.objects, baselines: own.baselines, layout: own.layout, changed: {} };
  }
  // A folder of its own, on the tmpfs: nothing of an earlier case may be left.
  const stage = createStage({
    folder: mkdtempSync(join(workshop.folder, "case-")),
    base: own.base,
    tools: workshop.tools,
  });
  const donors = { host: { root: other.base, names: other.names }, third: { root: third.base, names: third.names } };
  const changed = prepare({ stage, names: own.names, hostNames: other.names, donors, random });
  const layout = await makeLayout({ name: "case", root: own.base, changes: stage.upper });
  const objects = mergeObjects(stage, own.objects);
  stage.furnish();
  return { stage, objects, baselines: new Map(), layout, changed };
}

/** One way of mounting: libraries are drawn, judged, and mounted. */
function playRun({ stage, objects, baselines, layout, changed, own, other, workshop }, run, label, random) {
  const { placement, companions } = label;
  const env = changed.env ?? new Map();
  const baselineIn = (variables) => {
    const key = JSON.stringify([...variables]);
    if (!baselines.has(key)) baselines.set(key, createBaseline(stage, objects, variables));
    return baselines.get(key);
  };
  const before = baselineIn(env);
  const after = toEnvironment(env, placement);
  const world = { stage, host: other.stage, before, placed: placement === "last" ? baselineIn(after) : before, env };
  const isSet = run.sets !== undefined;
  const scene = { own, other, before, first: changed.names ?? [], random };
  const rows = [];
  for (const names of isSet ? drawSets(scene, run.sets) : [drawNames(scene, run)]) {
    if (names.length === 0) continue;
    const { cli, level } = workshop;
    const report = analyzeImage(layout, {
      cli,
      level,
      host: other.profile,
      names,
      placement,
      companions,
      env,
      asSet: isSet,
    });
    const alone = report.mounts.filter(({ soname }) => names.includes(soname)).map((one) => [one]);
    for (const mounts of isSet ? [report.mounts] : alone) {
      const sonames = mounts.map(({ soname }) => soname);
      rows.push({ ...label, env: [...env], names: sonames, ...play(world, after, mounts, report, label) });
    }
  }
  return rows;
}

/** The base's objects that are still there, and those of the stage's own. */
function mergeObjects(stage, objects) {
  const own = listElfFiles(stage.upper);
  const paths = new Set(own.map(({ path }) => path));
  return [...objects.filter(({ path }) => !paths.has(path) && existsSync(stage.root + path)), ...own];
}

/** Mounts, runs, takes the mounts away, and compares. */
function play({ stage, host, before, placed, env }, after, mounts, report, { placement, companions }) {
  const { wanted, notes } = gather({ stage, host, env }, mounts, companions);
  const landings = wanted.map((one) => toLanding({ stage, env, placement }, { ...one, host }));
  for (const { name, target } of landings) {
    const told = mounts.find(({ soname }) => soname === name)?.target ?? target;
    if (toRealPlace(stage.root, told) !== toRealPlace(stage.root, target))
      notes.push(`${name} lands at ${target}, in the report at ${told}`);
  }
  const judged = report.set ?? mounts[0];
  const findings = [judged, ...mounts.filter((one) => one !== judged)].flatMap((one) => one.findings);
  try {
    const there = landings.map((one) => ({ ...one, place: stage.bind(one.source, one.target) }));
    const found = findTruth({ stage, before, placed, landings: there, env: after });
    const { truth, self, message, consumers, isComplete, isBlind } = found;
    return {
      ...{ truth, self, message, consumers, isComplete, isBlind, notes },
      ...{ broken: found.broken, latent: found.latent, told: [judged.broken, judged.latent] },
      ...{ loader: judged.loader, verdict: judged.verdict, rules: [...new Set(findings.map(({ rule }) => rule))] },
      ...(truth === "untested" ? {} : { outcome: compareVerdict(found, { ...judged, findings }) }),
    };
  } finally {
    stage.unbind();
  }
}

/** What is mounted: the libraries, as the host's own loader finds them, and what travels along. */
function gather({ stage, host, env }, mounts, companions) {
  const notes = [];
  const wanted = new Map();
  for (const { soname, source, companions: told } of mounts) {
    const found = findAtHome(host, soname) ?? { path: source, real: source };
    if (found.real !== source)
      notes.push(`the host's loader finds ${found.real} for ${soname}, the report mounts ${source}`);
    const along = findCompanions({ stage, host, env }, { name: soname, ...found }, companions);
    for (const one of [{ name: soname, ...found }, ...along]) if (!wanted.has(one.name)) wanted.set(one.name, one);
    const [real, reported] = [along.map(({ name }) => name), told].map((names) => [...names].sort().join(" "));
    if (real !== reported) notes.push(`companions of ${soname} are "${real}", in the report "${reported}"`);
  }
  return { wanted: [...wanted.values()], notes };
}

/** Names to judge: first those that the image was changed for, then others. */
function drawNames({ own, other, before, first, random }, { count, draw = "both" }) {
  const isWanted = (name) => other.names.has(name) && own.names.has(name) === (draw === "both");
  const pool =
    draw === "both"
      ? [...random.shuffle(first), ...random.shuffle([...other.names.keys()])]
      : random.shuffle([...other.names.keys()]);
  const chosen = new Set();
  let many = 0;
  for (const name of pool) {
    if (chosen.size >= count) break;
    if (!isWanted(name) || chosen.has(name) || !existsSync(other.base + other.names.get(name))) continue;
    const isLong = before.findAffected([name], []).length > MANY;
    if (isLong && (many += 1) > MANY_EACH) continue;
    chosen.add(name);
  }
  return [...chosen];
}

/** Sets to judge: those that people mount together, then random ones. */
function drawSets({ own, other, random }, count) {
  const both = [...other.names.keys()].filter((name) => own.names.has(name));
  const known = KNOWN_SETS.map((pattern) => [...other.names.keys()].filter((name) => pattern.test(name))).filter(
    (set) => set.length > 1,
  );
  const sets = random.shuffle(known).slice(0, Math.floor(count / 2));
  while (sets.length < count) sets.push(random.shuffle(both).slice(0, 2 + random.below(4)));
  return sets;
}

/**
 * A root, furnished and known.
 *
 * @param {{ name: string, base: string, folder: string, tools: object, profile: string, names?: ReadonlyMap<string, string> }} options
 * @returns {Suite}
 */
export function openSuite({ name, base, folder, tools, profile, names }) {
  const stage = createStage({ folder: join(folder, name), base, tools });
  const objects = listElfFiles(stage.root);
  stage.furnish();
  return { base, stage, objects, names: names ?? listNames(stage), profile, baselines: new Map() };
}
