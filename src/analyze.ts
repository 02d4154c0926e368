/**
 * The main job: an image and a host in, a report out. Which host libraries may be mounted into this image, and what breaks where
 * they may not.
 */
import type { AnalyzeOptions } from "./analyze-options.js";
import { chooseByProfiles } from "./choose-profile.js";
import { chooseBinds, chooseConsumers, chooseLibraries } from "./choose.js";
import type { Host } from "./host/host.js";
import { listLibraries, type HostLibrary } from "./host/library-table.js";
import { normalizePlatform } from "./image/platform.js";
import type { OpenedImage } from "./image/read-image.js";
import { describeMachines } from "./describe-machines.js";
import { judgeCandidate, type JudgedCandidate } from "./judge-candidate.js";
import { judgeSet } from "./judge-set.js";
import { worstAnswer, type Answer } from "./worst-answer.js";
import { sameAbi } from "./loader/abi.js";
import type { FileFacts } from "./loader/facts.js";
import { abiOf } from "./loader/identity.js";
import { findMachineFacts } from "./loader/machine.js";
import { planMounts } from "./make-plan.js";
import { createBaseline } from "./mounts/baseline.js";
import type { Bind } from "./mounts/bind.js";
import type { Candidate } from "./mounts/candidates.js";
import { findImageHazards } from "./mounts/image-hazards.js";
import { placeSubject } from "./mounts/landing.js";
import type { Launch, Machine } from "./mounts/launch.js";
import type { MountWorld } from "./mounts/mount-case.js";
import { createSide, type Side } from "./mounts/side.js";
import { findMalformed } from "./mounts/subject.js";
import { imageEnvironment, openImage, openWithNeeds } from "./open-image.js";
import type { Report } from "./report.js";
import { toAbsolutePath, toBytePath } from "./rootfs/path.js";
import { judgeImage } from "./rules/judge.js";
import type { ImageCase } from "./rules/rule.js";
import { toReport } from "./to-report.js";

const DEFAULT_MOUNT_FOLDER = "/.containerspec/lib";

/**
 * Judges host libraries against the image at `source`: a file, a folder, or "-" for `options.stdin`.
 *
 * @throws ContainerspecError where the image cannot be read, or what was asked for does not exist
 */
export async function analyze(source: string, options: AnalyzeOptions): Promise<Report> {
  const machine = options.host.machine ?? "amd64";
  // Names that stand in a file as text are no loader's business, and reading them takes its time.
  const readsTexts = options.profiles?.some((profile) => profile.kind === "named" && profile.name === "auto") === true;
  const open = readsTexts ? openWithNeeds : openImage;
  return analyzeOpened(await open(source, machine, options), options);
}

/** Judges host libraries against an image that was read. @throws ContainerspecError where what was asked for does not exist */
export function analyzeOpened(opened: OpenedImage<FileFacts>, options: AnalyzeOptions): Report {
  const { host } = options;
  options.onProgress?.({ stage: "finding programs and libraries", done: 0 });
  const tell = tellOnce(options);
  const machines = describeMachines(options, opened.snapshot, imageEnvironment(opened, options));
  const questions = machines.flatMap((machine) =>
    chooseWritable(options).map((areFoldersWritable) =>
      prepare(machine, areFoldersWritable, opened, { ...options, onWarning: tell }),
    ),
  );
  const [{ image, world }] = questions as [Question];
  const planned = options.plan === true ? planMounts(questions, options) : undefined;
  // A plan that works is a set of mounts, and judged as one; where there is none, what was asked for is judged by itself.
  const answer =
    planned?.set !== undefined && planned.plan.works
      ? { judged: [], set: planned.set }
      : worstAnswer(questions.map((question) => judge(question, options)));
  const findings = judgeImage({
    remarks: listRemarks(opened, options),
    malformed: findMalformed(image.subject),
    hazards: findImageHazards(image.subject, world.baseline, world.host.libraries),
    ...machineOf("machine", image.subject.like),
    ...(host.machine === undefined ? {} : { hostMachine: host.machine }),
  });
  return toReport({
    opened,
    image,
    host,
    machines,
    findings,
    ...answer,
    ...(planned === undefined ? {} : { plan: planned.plan }),
    options,
  });
}

/** What was odd about the layers, but for scripts of which `options.env` says what they come to. */
function listRemarks({ remarks, image }: OpenedImage<FileFacts>, { env }: AnalyzeOptions): ImageCase["remarks"] {
  return remarks
    .filter(({ variables }) => !variables?.every((name) => env?.has(name)))
    .map(({ code, message, path, layer }) => {
      const digest = layer === undefined ? undefined : image.layers[layer]?.digest;
      return {
        ...{ code, message },
        ...(path === undefined ? {} : { path }),
        ...(digest === undefined ? {} : { layer: digest }),
      };
    });
}

/** A bind is writable unless it says `ro`, and what the kernel lets ldconfig do to the host's folder nobody knows: both are asked. */
function chooseWritable({ ldCache, mounts = [] }: AnalyzeOptions): readonly boolean[] {
  const isReadOnly = (bind: string): boolean => (bind.split(":")[2] ?? "").split(",").includes("ro");
  return ldCache === "regenerated" && mounts.some((bind) => !isReadOnly(bind)) ? [false, true] : [false];
}

/** What was asked, as it stands on one machine. */
interface Question {
  readonly image: Side;
  readonly world: MountWorld;
  readonly candidates: readonly Candidate[];
  readonly binds: readonly Bind[];
}

function prepare(
  machine: Machine,
  areFoldersWritable: boolean,
  opened: OpenedImage<FileFacts>,
  options: AnalyzeOptions,
): Question {
  const { host } = options;
  const workingFolder = toAbsolutePath("/", toBytePath(opened.image.config.workingDir));
  const launch: Launch = { env: imageEnvironment(opened, options), workingFolder, ...machine };
  const platform = normalizePlatform(opened.image.platform);
  const image = createSide(opened.snapshot, launch, platform);
  const hostSide = createHostSide(host, machine);
  const libraries = listCandidates(host, hostSide, image);
  const candidates = chooseAll(libraries, image, opened, options);
  const binds = chooseBinds(image, hostSide, options);

  options.onProgress?.({ stage: "loading every program of the image", done: 0 });
  const { unreadLayers } = opened;
  const common = createWorld(image, hostSide, libraries, launch, options);
  return { image, world: { ...common, platform, unreadLayers, areFoldersWritable }, candidates, binds };
}

/** A question answered for its machine. */
function judge({ world, candidates, binds }: Question, options: AnalyzeOptions): Answer {
  const asSet = options.asSet === true || binds.length > 0;
  const judged = asSet ? [] : judgeEach(world, candidates, options);
  const set = asSet ? judgeSet(world, { candidates, binds }, options.companions ?? "none") : undefined;
  return { judged, ...(set === undefined ? {} : { set }) };
}

/** What is asked for each machine is the same, and so is what leads to nothing. */
function tellOnce({ onWarning }: AnalyzeOptions): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) onWarning?.(text);
    told.add(text);
  };
}

/** What was named, and what profiles stand for; each library once, in the order of names. */
function chooseAll(
  libraries: readonly HostLibrary[],
  image: Side,
  opened: OpenedImage<FileFacts>,
  options: AnalyzeOptions,
): readonly Candidate[] {
  const { profiles = [], host, onWarning } = options;
  const asking = {
    objects: image.subject.objects,
    env: imageEnvironment(opened, options),
    labels: opened.image.config.labels,
  };
  const chosen = [
    ...chooseLibraries(libraries, image, options),
    ...chooseByProfiles(libraries, profiles, asking, host, (text) => onWarning?.(text)),
  ];
  return [...new Set(chosen)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function createHostSide(host: Host, machine: Machine): Side {
  const side = createSide(host.root, { env: new Map(), ...machine });
  return host.libc.family === "none" ? side : { ...side, facts: { ...side.facts, libc: host.libc } };
}

/** The host's libraries for the image's machine; where it has none, those of its own: a wrong machine is a verdict. */
function listCandidates(host: Host, { subject }: Side, image: Side): readonly HostLibrary[] {
  const { like } = image.subject;
  const fitting =
    host.examples.find((one) => like !== undefined && sameAbi(abiOf(one), abiOf(like))) ?? host.examples[0];
  return fitting === undefined ? [] : listLibraries(host.root, subject.loader, fitting, host.folders);
}

function createWorld(
  image: Side,
  host: Side,
  libraries: readonly HostLibrary[],
  launch: Launch,
  options: AnalyzeOptions,
): Omit<MountWorld, "platform" | "unreadLayers" | "areFoldersWritable"> {
  const placement = options.placement ?? "over";
  const { kernelModules: loaded } = options.host;
  const kernelModules = loaded === undefined ? {} : { kernelModules: loaded };
  const mountFolder = toBytePath(options.mountFolder ?? DEFAULT_MOUNT_FOLDER);
  const placed = placeSubject(image.subject, placement, mountFolder);
  const isChosen = chooseConsumers(image, options);
  // A program of which nothing is known is a user of every mount, unless others were asked about.
  const unread = image.facts.unread.filter(isChosen);
  return {
    subject: image.subject,
    launch,
    baseline: createBaseline(image.subject, placed, isChosen),
    host: { root: host.subject.root, loader: host.subject.loader, libraries, ...kernelModules },
    imageFacts: { ...image.facts, unread },
    hostFacts: host.facts,
    placement,
    mountFolder,
    ldCache: options.ldCache ?? "shipped",
  };
}

function judgeEach(
  world: MountWorld,
  candidates: readonly Candidate[],
  options: AnalyzeOptions,
): readonly JudgedCandidate[] {
  return candidates.map((candidate, done) => {
    options.onProgress?.({ stage: "judging libraries", done, total: candidates.length });
    return judgeCandidate(world, candidate, options.companions ?? "none");
  });
}

function machineOf<Key extends string>(key: Key, like: Side["subject"]["like"]): { [K in Key]?: string } {
  const name = like === undefined ? undefined : findMachineFacts(abiOf(like))?.name;
  return name === undefined ? {} : ({ [key]: name } as { [K in Key]?: string });
}
