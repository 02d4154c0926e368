/** One case: its image is made, judged, and played for real. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createBaseline } from "./baseline.mjs";
import { KNOWN_SETS } from "./cases.mjs";
import { compareVerdict } from "./compare.mjs";
import { makeLayout } from "./image-layout.mjs";
import { findAtHome, findCompanions, isCLibraryPart, toEnvironment, toLanding } from "./libraries.mjs";
import { listElfFiles } from "./objects.mjs";
import { createRandom } from "./random.mjs";
import { findRealPath } from "./root-path.mjs";
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
  const third = [...suites].find(([name]) => name !== image && name !== host)[1];
  const seed = [kind, image, host, prepare?.toString() ?? ""].join(" ");
  const random = createRandom(seed);
  let [stage, objects, baselines, changed] = [own.stage, own.objects, own.baselines, {}];
  let layout;
  if (prepare === undefined) {
    own.layout ??= await makeLayout({ name: image, root: own.base });
    layout = own.layout;
  } else {
    stage = createStage({ folder: join(workshop.folder, "case"), base: own.base, tools: workshop.tools });
    const donors = { host: { root: other.base, names: other.names }, third: { root: third.base, names: third.names } };
    changed = prepare({ stage, names: own.names, hostNames: other.names, donors, random });
    layout = await makeLayout({ name: "case", root: own.base, changes: stage.upper });
    objects = mergeObjects(stage, own.objects);
    baselines = new Map();
    stage.furnish();
  }
  const env = changed.env ?? new Map();
  const baselineIn = (variables) => {
    const key = JSON.stringify([...variables]);
    if (!baselines.has(key)) baselines.set(key, createBaseline(stage, objects, variables));
    return baselines.get(key);
  };
  const rows = [];
  try {
    for (const [index, run] of runs.entries()) {
      const before = baselineIn(env);
      const after = toEnvironment(env, run.placement);
      const world = { stage, host: other.stage, before, placed: run.placement === "last" ? baselineIn(after) : before, env };
      const scene = { own, other, before, first: changed.names ?? [], random: createRandom(`${seed} ${index}`) };
      const label = { kind, image, host, placement: run.placement, companions: run.companions ?? "none", env };
      const draws = run.sets === undefined ? [drawNames(scene, run)] : drawSets(scene, run.sets);
      for (const names of draws) {
        const report = analyzeImage(layout, {
          ...{ cli: workshop.cli, host: other.profile, names, placement: run.placement, companions: label.companions },
          ...{ env, level: workshop.level, asSet: run.sets !== undefined },
        });
        const groups = run.sets === undefined ? report.mounts.filter(({ soname }) => names.includes(soname)).map((one) => [one]) : [report.mounts];
        for (const mounts of groups) rows.push({ ...label, names: mounts.map(({ soname }) => soname), ...play(world, after, mounts, report, label) });
      }
      onProgress(`${kind} ${image} < ${host} ${run.placement} ${label.companions}: ${rows.length} truths`);
    }
  } finally {
    if (prepare !== undefined) stage.close();
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
  const started = performance.now();
  const notes = [];
  const wanted = new Map();
  for (const { soname, source, companions: travelling } of mounts) {
    const found = findAtHome(host, soname);
    const real = found?.real ?? source;
    if (real !== source) notes.push(`the host's loader finds ${real} for ${soname}, the report mounts ${source}`);
    const candidate = { name: soname, path: found?.path ?? source, real };
    wanted.set(soname, candidate);
    const along = findCompanions({ stage, host, env }, candidate, companions);
    for (const one of along) if (!wanted.has(one.name)) wanted.set(one.name, one);
    const [mine, told] = [along.map(({ name }) => name), travelling.map((one) => one.soname ?? one)].map((list) => [...list].sort().join(" "));
    if (mine !== told) notes.push(`companions of ${soname} are "${mine}", in the report "${told}"`);
  }
  const targets = new Map(mounts.map(({ soname, target }) => [soname, target]));
  const landings = [...wanted.values()].map((one) => toLanding({ stage, env, placement }, { ...one, host }, targets.get(one.name)));
  for (const { name, target } of landings) {
    const told = targets.get(name);
    if (told !== undefined && told !== target) notes.push(`${name} lands at ${target}, in the report at ${told}`);
  }
  try {
    const placedLandings = landings.map((one) => ({ ...one, place: stage.bind(one.source, one.target) }));
    const truth = findTruth({ stage, before, placed, landings: placedLandings, env: after });
    const told = report.set ?? mounts[0];
    const findings = report.set == null ? told.findings : [...report.set.findings, ...mounts.flatMap((one) => one.findings)];
    const family = landings.some(({ name, source }) => isCLibraryPart(name, source));
    return {
      ...{ truth: truth.truth, self: truth.self, message: truth.message, consumers: truth.consumers, notes, family },
      ...{ failing: [...truth.broken, ...truth.latent], isComplete: truth.isComplete, counts: [truth.broken.length, truth.latent.length] },
      ...{ loader: told.loader, verdict: told.verdict, told: [told.broken, told.latent], rules: [...new Set(findings.map(({ rule }) => rule))] },
      milliseconds: Math.round(performance.now() - started),
      ...(truth.truth === "untested" ? {} : { outcome: compareVerdict(truth, { ...told, findings }) }),
    };
  } finally {
    stage.unbind();
  }
}

/** Names to judge: first those that the image was changed for, then others. */
function drawNames({ own, other, before, first, random }, { count, draw = "both" }) {
  const isWanted = (name) => other.names.has(name) && own.names.has(name) === (draw === "both");
  const pool = draw === "both" ? [...random.shuffle(first), ...random.shuffle([...other.names.keys()])] : random.shuffle([...other.names.keys()]);
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
  const known = KNOWN_SETS.map((pattern) => [...other.names.keys()].filter((name) => pattern.test(name))).filter((set) => set.length > 1);
  const sets = random.shuffle(known).slice(0, Math.floor(count / 2));
  while (sets.length < count) sets.push(random.shuffle(both).slice(0, 2 + random.below(4)));
  return sets;
}

/** A suite's root, furnished and known. */
export function openSuite({ name, base, folder, tools, profile }, listNames) {
  const stage = createStage({ folder: join(folder, name), base, tools });
  const objects = listElfFiles(stage.root);
  stage.furnish();
  const libc = findRealPath(base, "/lib/x86_64-linux-gnu/libc.so.6");
  return { base, stage, objects, names: listNames(stage), profile, libc, baselines: new Map() };
}
