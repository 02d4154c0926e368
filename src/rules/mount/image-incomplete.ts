import { listSome } from "../wording.js";
import type { MountRule } from "../rule.js";

const MAX_LAYERS = 3;

/** Some layer of the image could not be read: what a mount meets there nobody can say, good or bad. */
export const imageIncomplete: MountRule = {
  id: "image-incomplete",
  title: "Part of the image is not known",
  severity: "unknown",
  holdsForAnyImage: true,
  *check({ unreadLayers, landings }) {
    if (unreadLayers.length === 0) return;
    const numbers = unreadLayers.map((layer) => String(layer + 1));
    yield {
      message: `${numbers.length === 1 ? "Layer" : "Layers"} ${listSome(numbers, MAX_LAYERS)} of the image could not be read, so that nobody can say what the mounted files meet`,
      subjects: landings.map(({ target }) => target),
      evidence: unreadLayers.map((layer) => ({
        kind: "value",
        what: `layer ${layer + 1}`,
        found: "not read",
        expected: "a layer that can be read",
      })),
    };
  },
};
