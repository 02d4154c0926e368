/** Which layer holds what the findings speak of: whoever mends an image wants to know which step of its making brought a file. */
import type { Layer } from "./image/read-image.js";
import type { RootObject } from "./mounts/subject.js";
import type { Finding, LayerReport } from "./report.js";
import { toDisplayPath } from "./rootfs/path.js";

/** The layers as the report has them, each with those of its ELF files that the findings concern. */
export function toLayerReports(
  layers: readonly Layer[],
  objects: readonly RootObject[],
  findings: Iterable<Finding>,
): readonly LayerReport[] {
  const concerned = new Set([...findings].flatMap(({ subjects }) => subjects));
  const files = layers.map((): string[] => []);
  for (const { path, node } of objects) {
    const name = toDisplayPath(path);
    if (node.layer !== undefined && concerned.has(name)) files[node.layer]?.push(name);
  }
  return layers.map((layer, index) => {
    const own = files[index] ?? [];
    return own.length === 0 ? layer : { ...layer, files: own.sort() };
  });
}
