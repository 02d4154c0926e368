/** Random stacks of small layers, in the notation of image-layer.ts: few names, so that entries meet, and every kind of them. */
import fc from "fast-check";

const name = fc.constantFrom("a", "b", "x");
/** now and then below one that AUFS kept for itself */
const folder = fc.oneof({ weight: 12, arbitrary: name }, { weight: 1, arbitrary: fc.constant(".wh..wh.x") });
const path = fc.tuple(fc.array(folder, { maxLength: 2 }), name).map(([folders, last]) => [...folders, last].join("/"));
const target = fc.constantFrom(
  ...["a", "b", "/a", "/b", "a/b", "../b", "b/x", "/", ".", "none", "none/../b", "/x/../a", "/a/.wh..wh.x"],
  ...["a/../b", "b/../x", "x/../a/b"],
);

const entry = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(path, fc.constant("=")) },
  { weight: 3, arbitrary: fc.tuple(path, fc.constant("/")) },
  { weight: 3, arbitrary: fc.tuple(path, target).map(([at, to]) => [`${at} -> ${to}`, ""] as const) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([at, to]) => [`${at} => ${to}`, ""] as const) },
  {
    weight: 3,
    arbitrary: fc.tuple(path, fc.constant("")).map(([at, end]) => [at.replace(/([^/]+)$/, ".wh.$1"), end] as const),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.oneof(
        fc.constant(""),
        path.map((at) => `${at}/`),
      ),
      fc.constant(".wh..wh..opq"),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(path, fc.constant(" %")) },
);

/** Layers, base first; every file has a content of its own. */
export const layerStacks: fc.Arbitrary<string[][]> = fc
  .array(fc.array(entry, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 3 })
  .map((layers) =>
    layers.map((lines, layer) =>
      lines.map(([at, end], line) => (end === "=" ? `${at}=${layer}.${line}` : `${at}${end}`)),
    ),
  );
