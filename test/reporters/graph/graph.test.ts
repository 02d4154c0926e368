/** Drawings of who loads which library: Graphviz draws the DOT, the SVG is well formed, and no line goes through a box that it does not concern. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findDrawnPrograms, inspect } from "../../../src/index.js";
import { toDependencyGraph, type DependencyGraph } from "../../../src/reporters/graph/dependency-graph.js";
import { renderDot } from "../../../src/reporters/graph/dot.js";
import { layOutGraph } from "../../../src/reporters/graph/layout.js";
import { renderSvg } from "../../../src/reporters/graph/svg.js";
import { createFolder, runCli } from "../../cli/run-cli.js";
import { hasTool, run } from "../../support/image-disk.js";
import { installed, program, type Files } from "../../support/story-files.js";
import { toImageTar } from "../../support/story-image.js";
import { debian12, MULTIARCH } from "../../support/story-systems.js";

const folder = createFolder();
const FILES: Files = {
  ...installed(`${MULTIARCH}/liba.so.1`, { soname: "liba.so.1", needed: ["libb.so.1"] }),
  ...installed(`${MULTIARCH}/libb.so.1.2.3`, { soname: "libb.so.1" }),
  "/usr/bin/app": program({ needed: ["liba.so.1", "libgone.so.1"] }),
  "/usr/bin/other": program({ needed: ["libb.so.1"] }),
};
const LIBC = `${MULTIARCH}/libc.so.6`;

function write(files: Files): string {
  const image = join(folder, "app.tar");
  writeFileSync(image, toImageTar({ layers: [debian12(files)], entrypoint: ["/usr/bin/app"] }));
  return image;
}

async function drawn(files: Files, ...patterns: readonly string[]): Promise<DependencyGraph> {
  const report = await inspect(write(files));
  return toDependencyGraph(report, findDrawnPrograms(report, patterns));
}

/** "app -> liba.so.1", by paths. */
function listEdges({ nodes, edges }: DependencyGraph): readonly string[] {
  return edges.map(({ from, to }) => `${nodes[from]?.path} -> ${nodes[to]?.kind} ${nodes[to]?.path}`).sort();
}

const EDGES = [
  `${MULTIARCH}/liba.so.1 -> library ${LIBC}`,
  `${MULTIARCH}/liba.so.1 -> library ${MULTIARCH}/libb.so.1.2.3`,
  `${MULTIARCH}/libb.so.1.2.3 -> library ${LIBC}`,
  `/usr/bin/app -> library ${LIBC}`,
  `/usr/bin/app -> library ${MULTIARCH}/liba.so.1`,
  "/usr/bin/app -> missing libgone.so.1",
];

test("from what the image starts, or from what a pattern matches", async () => {
  expect(listEdges(await drawn(FILES))).toEqual(expect.arrayContaining(EDGES));
  expect((await drawn(FILES)).nodes.map(({ label }) => label)).not.toContain("other");
  expect(listEdges(await drawn(FILES, "oth*"))).toContain(`/usr/bin/other -> library ${MULTIARCH}/libb.so.1.2.3`);
  expect((await drawn(FILES, "/usr/bin/*")).nodes.filter(({ kind }) => kind === "program")).toHaveLength(2);
});

const hasDot = hasTool("dot", "-V");
test.skipIf(!hasDot)(`Graphviz draws the DOT${hasDot ? "" : " (skipped: needs dot)"}`, async () => {
  const graph = await drawn(FILES);
  const plain = run("dot", ["-Tplain"], { input: renderDot(graph) });
  const lines = plain.split("\n").map((line) => line.split(" "));
  const labels = new Map(
    lines.filter(([what]) => what === "node").map(([, id = "", , , , , label = ""]) => [id, label]),
  );
  const found = lines
    .filter(([what]) => what === "edge")
    .map(([, from = "", to = ""]) => `${labels.get(from)} -> ${labels.get(to)}`);
  const meant = graph.edges.map(({ from, to }) => `${graph.nodes[from]?.label} -> ${graph.nodes[to]?.label}`);
  expect(found.map((one) => one.replaceAll('"', "")).sort()).toEqual(meant.sort());
});

describe("names are text", () => {
  const name = "lib\"<&>]]>\\N'$.so";
  const hostile = { "/usr/bin/app": program({ needed: [name] }) };

  test.skipIf(!hasDot)(`in DOT${hasDot ? "" : " (skipped: needs dot)"}`, async () => {
    const graph = await drawn(hostile);
    expect(run("dot", ["-Tsvg"], { input: renderDot(graph) })).toContain("&lt;&amp;&gt;");
    expect(run("dot", ["-Tplain"], { input: renderDot(graph) }).match(/^node /gm)).toHaveLength(graph.nodes.length);
  });

  const hasXmllint = hasTool("xmllint");
  test.skipIf(!hasXmllint)(`in SVG${hasXmllint ? "" : " (skipped: needs xmllint)"}`, async () => {
    const graph = await drawn(hostile);
    const label = graph.nodes.find(({ kind }) => kind === "missing")?.label ?? "";
    const texts = run("xmllint", ["--xpath", "//*[local-name()='text']/text()", "-"], { input: renderSvg(graph) });
    expect(texts).toContain(label.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  });
});

test("no line goes through a box that it does not concern, and no box over another", () => {
  let state = 7;
  const random = (below: number): number => (state = (state * 48271) % 0x7fffffff) % below;
  for (let round = 0; round < 50; round += 1) {
    const count = 2 + random(30);
    const nodes = Array.from({ length: count }, (_none, at) => ({
      kind: "library" as const,
      path: `/${at}`,
      label: `${at}`,
    }));
    // In circles, too.
    const edges = Array.from({ length: random(80) }, () => ({ from: random(count), to: random(count) }));
    const { boxes, ways } = layOutGraph({ nodes, edges });
    const isApart = (a: { column: number; row: number }, b: { column: number; row: number }, gap: number): boolean =>
      a.column !== b.column || Math.abs(a.row - b.row) > gap - 1e-6;
    for (const [at, box] of boxes.entries()) {
      expect(boxes.slice(at + 1).every((other) => isApart(box, other, 1))).toBe(true);
      expect(ways.flat().every((place) => isApart(box, place, 0.7))).toBe(true);
    }
    for (const [at, { from, to }] of edges.entries()) {
      const [start, end] = [boxes[from], boxes[to]];
      const span = (end?.column ?? 0) - (start?.column ?? 0);
      expect(ways[at]).toHaveLength(Math.max(0, span - 1));
    }
  }
});

test("the command line: what cannot be drawn is said", () => {
  const image = write(FILES);
  expect(runCli(["inspect", image, "--format", "svg"]).stdout).toMatch(/^<\?xml .*\n<svg /);
  const { status, stderr } = runCli(["inspect", image, "--format", "dot", "--program", "no-such"]);
  expect(status).toBe(2);
  expect(stderr).toContain("it has no program no-such");
});
