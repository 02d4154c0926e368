/**
 * Why a library fails, as a drawing: who asks for what, from whom, and what is not there. Boxes and arrows are an ordered list, so
 * that a screen reader says them in their order and a narrow page sets them below each other.
 */
import type { Evidence, Finding } from "../../report.js";
import { markup, type Markup } from "./markup.js";

interface Box {
  readonly path: string;
  readonly note: string;
  readonly side?: "image" | "host";
  /** what is asked for is not there */
  readonly lacks?: true;
}

interface Step {
  readonly box: Box;
  /** on the arrow to the next box */
  readonly asks?: string;
}

/** As many versions of one library are named. */
const MAX_DEFINED = 6;

/**
 * The drawings of a finding's evidence; none where it has nothing to draw.
 *
 * @param mounted where libraries of the host lie: what lies elsewhere is the image's
 */
export function drawFinding(finding: Finding, mounted: ReadonlySet<string>): readonly Markup[] {
  return finding.evidence.flatMap((evidence) => {
    const steps = toSteps(evidence, { finding, mounted });
    return steps.length === 0 ? [] : [draw(steps)];
  });
}

interface Scene {
  readonly finding: Finding;
  readonly mounted: ReadonlySet<string>;
}

function toSteps(evidence: Evidence, scene: Scene): readonly Step[] {
  switch (evidence.kind) {
    case "version": {
      const { name, requiredBy, provider, defined } = evidence;
      const lacking = { ...toBox(provider, scene), note: tellDefined(defined, name), lacks: true } as const;
      return [
        ...toConsumer(requiredBy, provider, scene),
        { box: toBox(requiredBy, scene), asks: name },
        { box: lacking },
      ];
    }
    case "symbol": {
      const { name, version, usedBy, binding } = evidence;
      const asks = `${binding === "lazy" ? "calls" : "needs"} ${name}${version === undefined ? "" : `@${version}`}`;
      return [{ box: toBox(usedBy, scene), asks }, { box: toDefiner(usedBy, scene) }];
    }
    case "value":
      return [
        { box: { path: evidence.found, note: evidence.what }, asks: "should be" },
        { box: { path: evidence.expected, note: "expected" } },
      ];
    case "file":
    case "search":
      return [];
  }
}

/** Words of glibc and of musl where no loaded library has a symbol. */
const UNDEFINED = /undefined symbol|symbol not found/;

/** Who would define a symbol: nobody, as the loader says, or else the library that is mounted. */
function toDefiner(usedBy: string, scene: Scene): Box {
  if (UNDEFINED.test(scene.finding.loaderMessage ?? "")) {
    return { path: "nobody", note: "no library that is loaded defines it", lacks: true };
  }
  const [other] = [...scene.mounted].filter((path) => path !== usedBy);
  return other === undefined ? { path: "another library", note: "as told above" } : toBox(other, scene);
}

/** Who would load the one that asks: the first of those concerned that plays no other part. */
function toConsumer(asking: string, asked: string, scene: Scene): readonly Step[] {
  const loading = scene.finding.subjects.filter((path) => path !== asking && path !== asked);
  const [first] = loading;
  if (first === undefined) return [];
  const box = toBox(first, scene);
  const note = loading.length === 1 ? box.note : `${box.note}, and ${loading.length - 1} more`;
  return [{ box: { ...box, note }, asks: "loads" }];
}

function toBox(path: string, { finding, mounted }: Scene): Box {
  const told = finding.evidence.flatMap((one) => (one.kind === "file" && one.path === path ? [one.side] : []))[0];
  const side = told ?? (mounted.has(path) ? "host" : "image");
  return { path, side, note: side === "host" ? "from the host, mounted" : "in the image" };
}

function tellDefined(defined: readonly string[], wanted: string): string {
  const open = defined.filter((name) => !name.endsWith("_PRIVATE"));
  if (open.length === 0) return `does not define ${wanted}`;
  const last = open.slice(-MAX_DEFINED).join(", ");
  return `does not define ${wanted}, but ${open.length > MAX_DEFINED ? "… " : ""}${last}`;
}

function draw(steps: readonly Step[]): Markup {
  const items = steps.map(
    ({ box, asks }) =>
      markup`<li>${drawBox(box)}${asks === undefined ? undefined : markup`<span class="arrow">${asks}</span>`}</li>`,
  );
  return markup`<div class="drawing">
    <ol>
      ${items}
    </ol>
  </div>`;
}

function drawBox({ path, note, side, lacks }: Box): Markup {
  const kind = ["box", ...(side === undefined ? [] : [side]), ...(lacks === undefined ? [] : ["lacks"])].join(" ");
  return markup`<span class="${kind}"><code>${path}</code><small>${note}</small></span>`;
}
