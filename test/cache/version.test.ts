/**
 * What is learned from the same bytes may change only together with FACTS_VERSION (what is in a file) or LAYER_VERSION (what is in a
 * layer): entries of before would pass for entries of now.
 */
import { createHash } from "node:crypto";
import { endianness } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readImage } from "../../src/image/read-image.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { toLayerCache } from "../../src/open-cache.js";

const SAMPLE = join(import.meta.dirname, "../../fixtures/sample/image.tar");

/** By version: the digest of what is kept of the sample image. Unless the sample was built anew, a change needs a new version. */
const KEPT = {
  versions: "layer 5, facts 5",
  digest: "1fd6b9472bad683d8bb1fac0ad062e64e270473df516e753652b166fb34f1ce7",
};

const isBig = endianness() === "BE";
test.skipIf(isBig)(
  `what is kept of the sample is what this version keeps${isBig ? " (skipped: recorded in the other byte order)" : ""}`,
  async () => {
    const kept = new Map<string, string>();
    await readImage(SAMPLE, {
      inspector: fileInspector,
      layerMode: "overlay",
      verify: "always",
      platform: "linux/amd64",
      defaultPlatform: "linux/amd64",
      cache: toLayerCache({
        get: () => Promise.resolve(undefined),
        put: (key, bytes) => Promise.resolve(void kept.set(key, createHash("sha256").update(bytes).digest("hex"))),
      }),
    });
    const layers = [...kept].filter(([key]) => key.startsWith("layer "));
    expect(layers.length).toBeGreaterThan(0);
    const versions = layers.map(([key]) => {
      const [, , layer = "", , facts = ""] = key.split(" ");
      return `layer ${layer}, facts ${facts}`;
    });
    const digest = createHash("sha256")
      .update(
        layers
          .map(([, one]) => one)
          .sort()
          .join(),
      )
      .digest("hex");
    expect({ versions: [...new Set(versions)].join(), digest }).toEqual(KEPT);
  },
);
