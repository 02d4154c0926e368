import type { PrivateCrossing } from "../../mounts/private-crossing.js";
import type { MountCase } from "../../mounts/mount-case.js";
import { hasTwin } from "../host-twin.js";
import { areParts } from "../project-part.js";
import { beginWithFile, listSome, nameFile } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Symbols cross the mount under a version whose own name says that it is private to one build of a project. */
export const privateSymbols: MountRule = {
  id: "private-symbols",
  title: "Symbols of a private version cross the mount",
  severity: "warning",
  *check(mountCase) {
    for (const crossings of groupByPair(mountCase.privateCrossings)) {
      const [first] = crossings;
      if (first === undefined || isKnownPair(mountCase, first)) continue;
      const { user, provider, version } = first;
      const symbols = crossings.map(({ symbol }) => symbol);
      yield {
        message: `${beginWithFile(mountCase, user.path)} uses ${listSome(symbols, 3)} of ${nameFile(mountCase, provider.path)} under ${version}: a private version keeps its name when what it stands for changes`,
        subjects: [user.path],
        evidence: crossings.map(({ symbol, binding }) => ({
          kind: "symbol",
          name: symbol,
          version,
          usedBy: user.path,
          binding,
        })),
      };
    }
  },
};

/** Parts of a known project are another rule's; and what the host uses with the mounted file was built for it. */
function isKnownPair({ host, mountedPaths }: MountCase, { user, provider }: PrivateCrossing): boolean {
  return areParts(user, provider) || hasTwin(host, mountedPaths.has(user.path) ? provider : user);
}

function groupByPair(crossings: readonly PrivateCrossing[]): Iterable<readonly PrivateCrossing[]> {
  const pairs = new Map<string, PrivateCrossing[]>();
  for (const crossing of crossings) {
    const key = [crossing.user.path, crossing.provider.path, crossing.version].join("\0");
    const pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, [crossing]);
    else pair.push(crossing);
  }
  return pairs.values();
}
