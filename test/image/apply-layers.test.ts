import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyLayers, type LayerMode } from "../../src/image/apply-layers.js";
import { findModeDifference } from "../../src/image/mode-difference.js";
import { createStepCounter } from "../../src/image/tree-walker.js";
import { DEFAULT_LIMITS } from "../../src/image/limits.js";
import { toSnapshot } from "../../src/image/snapshot.js";
import { LAYER_CASES } from "../support/image-layer-cases.js";
import { layerTar, listTree, scanTar } from "../support/image-layer.js";
import { layerStacks } from "../support/image-layer-stacks.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { failureOf } from "../support/tar-entries.js";
import { paxHeader } from "../support/tar-extended.js";

async function apply(layers: readonly (readonly string[])[], mode: LayerMode) {
  const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
  const { tree, remarks } = applyLayers(facts, mode);
  return { snapshot: toSnapshot(tree), remarks };
}

describe("layers over one another, as an overlay", () => {
  it.each(LAYER_CASES)("$name", async ({ layers, overlay, extract, remarks }) => {
    const applied = await apply(layers, "overlay");
    expect(listTree(applied.snapshot)).toEqual([...overlay].sort());
    if (extract === undefined) expect(applied.remarks.map(({ code }) => code)).toEqual(remarks ?? []);
  });
});

describe("layers over one another, extracted", () => {
  it.each(LAYER_CASES)("$name", async ({ layers, overlay, extract, remarks }) => {
    const applied = await apply(layers, "extract");
    expect(listTree(applied.snapshot)).toEqual([...(extract ?? overlay)].sort());
    expect(applied.remarks.map(({ code }) => code)).toEqual(remarks ?? []);
  });
});

describe("what depends on the mode", () => {
  const files = (lines: readonly string[]) => lines.filter((line) => line.includes("="));

  it.each(LAYER_CASES)("$name", async ({ layers, overlay, extract }) => {
    const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
    for (const mode of ["overlay", "extract"] as const) {
      const applied = applyLayers(facts, mode);
      if (extract !== undefined) expect(applied.mayDependOnMode).toBe(true);
      const differs = extract !== undefined && String(files(overlay).sort()) !== String(files(extract).sort());
      const found = findModeDifference(facts, mode, applied, () => true);
      if (differs) expect(found).not.toEqual([]);
      if (extract === undefined) expect(found).toEqual([]);
    }
  });

  it("is noticed in every stack whose files or links differ", async () => {
    const kept = (tree: readonly string[]) => tree.filter((line) => !/[/|]$/.test(line));
    await fc.assert(
      fc.asyncProperty(layerStacks, async (layers) => {
        const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
        const overlay = applyLayers(facts, "overlay");
        fc.pre(!overlay.mayDependOnMode);
        const extract = applyLayers(facts, "extract");
        expect(kept(listTree(toSnapshot(overlay.tree)))).toEqual(kept(listTree(toSnapshot(extract.tree))));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it("is told for each layer, with what lies where", async () => {
    const layers = [
      ["usr/", "usr/lib/", "lib -> usr/lib", "usr/lib/a=1"],
      ["lib/b=2", "lib/c=3"],
    ];
    const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
    expect(findModeDifference(facts, "overlay", applyLayers(facts, "overlay"), () => true)).toEqual([
      {
        code: "layer-mode-differs",
        layer: 1,
        path: "/lib/b",
        message:
          "Files or links of layer 2 lie elsewhere in the other layer mode: overlayfs (Docker, Podman) shows /lib/b and 1 more, an extractor (Apptainer) /usr/lib/b and 2 more",
      },
    ]);
    // Files that nobody reads are of no interest.
    expect(findModeDifference(facts, "overlay", applyLayers(facts, "overlay"), () => false)).toEqual([]);
  });

  describe("is told of a link that a folder hides, where it leads to", () => {
    const README = "README=nobody reads it";
    const hidden = async (base: readonly string[]) => {
      const layers = [[...base, "lib64 -> usr/lib64"], [`lib64/${README}`]];
      const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
      const isRead = (text: string) => !text.startsWith("nobody");
      return [
        findModeDifference(facts, "overlay", applyLayers(facts, "overlay"), isRead),
        findModeDifference(facts, "extract", applyLayers(facts, "extract"), isRead),
      ];
    };

    it.each([
      ["a folder of files", ["usr/lib64/ld-linux=1"]],
      ["a folder of folders of files", ["usr/lib64/sub/deep/ld-linux=1"]],
      ["another link to a folder of files", ["usr/lib64 -> lib", "usr/lib/ld-linux=1"]],
      ["a folder of a link to a file", ["usr/lib64/ld-linux -> ../../opt/ld", "opt/ld=1"]],
      ["a folder of a link to a folder", ["usr/lib64/tls -> ../../opt", "opt/ld=1"]],
    ])("%s", async (_what, base) => {
      const [overlay, extract] = await hidden(base);
      const path = "/lib64";
      expect(overlay).toMatchObject([{ code: "layer-mode-differs", layer: 1, path }]);
      expect(overlay?.[0]?.message).toMatch(/shows none of them, an extractor \(Apptainer\) \/lib64$/);
      expect(extract).toMatchObject([{ code: "layer-mode-differs", layer: 1, path }]);
      expect(extract?.[0]?.message).toMatch(/shows \/lib64, overlayfs \(Docker, Podman\) none of them$/);
    });

    it("a file", async () => {
      const layers = [["f=1", "d/", "d/tool -> ../f"], ["d/ @trusted.overlay.opaque=y"]];
      const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
      const found = (isRead: boolean) =>
        findModeDifference(facts, "overlay", applyLayers(facts, "overlay"), () => isRead);
      expect(found(true)).toMatchObject([{ code: "layer-mode-differs", layer: 0, path: "/d/tool" }]);
      expect(found(false)).toEqual([]);
    });

    it.each([
      ["nothing", []],
      ["itself", ["usr/lib64 -> ../lib64"]],
      ["an empty folder", ["usr/lib64/"]],
      ["what nobody reads", [`usr/lib64/sub/${README}`, "usr/lib64/l -> sub/README"]],
    ])("but not where that is %s", async (_what, base) => {
      expect(await hidden(base)).toEqual([[], []]);
    });
  });
});

describe("what a node remembers", () => {
  it.each(["overlay", "extract"] as const)("the layer that gave it (%s)", async (mode) => {
    const { snapshot } = await apply([["d/", "d/a=1"], ["d/b=2"], ["d/c => d/a"]], mode);
    expect(snapshot.lookup("/d/a")?.layer).toBe(0);
    expect(snapshot.lookup("/d/b")?.layer).toBe(1);
  });

  it("hardlinks are one node, copies are two", async () => {
    const { snapshot } = await apply([["a=1", "b => a", "c=1"], ["d => a"]], "overlay");
    expect(snapshot.lookup("/b")).toBe(snapshot.lookup("/a"));
    expect(snapshot.lookup("/d")).toBe(snapshot.lookup("/a"));
    expect(snapshot.lookup("/c")).not.toBe(snapshot.lookup("/a"));
  });

  it("remarks name the layer that they are about", async () => {
    const { remarks } = await apply([["a=1"], ["b => none"]], "overlay");
    expect(remarks).toMatchObject([{ code: "hardlink-without-target", layer: 1, path: "/b" }]);
  });
});

describe("listing", () => {
  it("is sorted by byte value, each name once", async () => {
    const { snapshot } = await apply([["d/", "d/b=1", "d/a=1", "d/\xff=1", "d/B=1"], ["d/a=2"]], "overlay");
    expect(snapshot.list("/d")).toEqual(["B", "a", "b", "\xff"]);
    expect(snapshot.list("/d/a")).toEqual([]);
    expect(snapshot.list("/none")).toEqual([]);
  });
});

describe("hostile layers", () => {
  it.each([
    ["CVE-2021-29136: the root as a link", [". -> /etc"], /root is a symlink/],
    ["the root as a file", ["..=x"], /root is a file/],
    ["a whiteout of nothing named", ["d/.wh."], /names no file/],
    ["a whiteout of the folder itself", ["d/.wh.."], /names no file/],
    ["a whiteout of the parent", ["d/.wh..."], /names no file/],
  ])("%s is refused", async (_name, lines, message) => {
    const failure = await failureOf(scanTar(layerTar(lines)));
    expect(failure.code).toBe("corrupt-image");
    expect(failure.message).toMatch(message);
  });

  it("a path of 1,000 folders, made, listed and removed", async () => {
    const deep = Array.from({ length: 1000 }, () => "a").join("/");
    const facts = [
      await scanTar(tarOf(paxHeader([["path", deep]]), tarEntry({ name: "x" }, "1"))),
      await scanTar(layerTar([".wh.a"])),
    ];
    for (const mode of ["overlay", "extract"] as const) {
      expect(applyLayers(facts.slice(0, 1), mode).tree.get(`/${deep}`)?.kind).toBe("file");
      expect(listTree(toSnapshot(applyLayers(facts, mode).tree))).toEqual([]);
    }
  });

  it("a path of more names than anybody has is refused", async () => {
    const deep = Array.from({ length: 1025 }, () => "a").join("/");
    const failure = await failureOf(scanTar(layerTar([deep])));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toMatch(/a path of 1025 names; the limit is 1024 \(--limit path-depth=N raises it\)/);
  });

  it("folders that no entry tells of count as memory, in both modes", async () => {
    const deep = Array.from({ length: 1000 }, () => "a").join("/");
    const facts = [await scanTar(layerTar(Array.from({ length: 400 }, (_, index) => `${index}/${deep}`)))];
    for (const mode of ["overlay", "extract"] as const) {
      const failure = await failureOf(Promise.resolve().then(() => applyLayers(facts, mode)));
      expect(failure.code).toBe("limit-exceeded");
      expect(failure.message).toMatch(/takes more than 1073741824 bytes of memory \(--limit memory=N raises it\)/);
    }
  });

  describe("links that take long to follow are refused", () => {
    const far = "x/../".repeat(790);
    const chain = [
      "x/",
      ...Array.from({ length: 30 }, (_, index) => `l${index} -> ${far}${index === 29 ? "x" : `l${index + 1}`}`),
    ];
    const many = (line: (index: number) => string): string[] =>
      Array.from({ length: 20_000 }, (_, index) => line(index));

    it.each([
      ["files behind them", [[...chain, ...many((index) => `l0/f${index}`)]]],
      ["hardlinks behind them", [[...chain, ...many((index) => `h${index} => l0/none${index}`)]]],
      ["whiteouts behind them", [[...chain], [...chain, ...many((index) => `l0/.wh.f${index}`)]]],
    ])("%s", async (_what, layers) => {
      const facts = await Promise.all(layers.map((lines) => scanTar(layerTar(lines))));
      for (const mode of ["overlay", "extract"] as const) {
        const failure = await failureOf(
          Promise.resolve().then(() =>
            applyLayers(facts, mode, createStepCounter({ ...DEFAULT_LIMITS, linkSteps: 1e6 })),
          ),
        );
        expect(failure.code).toBe("limit-exceeded");
        expect(failure.message).toMatch(
          /^Cannot put the layers together: its links take too many steps to follow, and the limit is 1000000 /,
        );
      }
    });

    it.each(["d/.wh..wh..opq", ".wh.d"])("but %s of one folder, again and again, is read once", async (whiteout) => {
      const lines = [...many((index) => `d/f${index}`), ...many(() => whiteout)];
      const facts = [await scanTar(layerTar(["d/", "d/low"])), await scanTar(layerTar(lines))];
      for (const mode of ["overlay", "extract"] as const) {
        const { tree } = applyLayers(facts, mode);
        expect(tree.get("/d/f7")?.kind).toBe("file");
        expect(tree.get("/d/low")).toBeUndefined();
      }
    });

    it("20,000 hardlinks through a link or two stay far below the limit", async () => {
      const lines = ["usr/", "usr/lib/", "lib -> usr/lib", "usr/lib/a=1"];
      const links = many((index) => `lib/h${index} => lib/a`);
      const facts = [await scanTar(layerTar([...lines, ...links]))];
      const steps = createStepCounter({ ...DEFAULT_LIMITS, linkSteps: DEFAULT_LIMITS.linkSteps / 100 });
      expect(applyLayers(facts, "overlay", steps).tree.get("/usr/lib/h7")?.kind).toBe("file");
    });

    it("a path that grows through links beyond what a system takes", async () => {
      const deep = Array.from({ length: 300 }, () => "a long name")
        .join("/")
        .replaceAll(" ", "-");
      const facts = [await scanTar(layerTar([`${deep}/`, `l -> ${deep}`, `l/${deep}`]))];
      for (const mode of ["overlay", "extract"] as const) {
        const failure = await failureOf(Promise.resolve().then(() => applyLayers(facts, mode)));
        expect(failure).toMatchObject({ code: "limit-exceeded" });
        expect(failure.message).toMatch(/links lead to a path .* the limit is 4096 \(--limit path-bytes=N raises it\)/);
      }
    });

    it("a path that grows through links to more folders than anybody has", async () => {
      const deep = Array.from({ length: 600 }, () => "a").join("/");
      const facts = [await scanTar(layerTar([`${deep}/`, `l -> ${deep}`, `l/${deep}`]))];
      for (const mode of ["overlay", "extract"] as const) {
        const failure = await failureOf(Promise.resolve().then(() => applyLayers(facts, mode)));
        expect(failure).toMatchObject({ code: "limit-exceeded" });
        expect(failure.message).toMatch(/links lead to a path of 1025 names; the limit is 1024 \(--limit path-depth=N/);
      }
    });
  });
});
