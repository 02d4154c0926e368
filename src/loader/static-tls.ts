/**
 * Thread-local storage at fixed offsets. What is loaded when a process starts gets as much as it needs; what dlopen brings later
 * shares a small surplus, and where a block does not fit that some relocation wants at a fixed offset, dlopen fails. The flag
 * DF_STATIC_TLS says that a library has such relocations; the loader does not look at it.
 */
import type { LoadContext } from "./load-context.js";
import type { LoadProblem, StaticTlsShortage } from "./problem.js";
import type { LoadedObject } from "./scope.js";
import { findTlsRoom, type TlsRoom } from "./static-tls-room.js";
import { findTlsDemands, type TlsDemand } from "./tls-uses.js";

/**
 * The first block that has no room. Where that depends on what is not known (how much there is, and how much of it descriptors
 * take), it is uncertain.
 *
 * @param startup what the process started with
 * @param opened what one dlopen brought in
 * @param objects all in the order in which symbols are looked up
 */
export function* checkStaticTls(
  startup: readonly LoadedObject[],
  opened: readonly LoadedObject[],
  objects: readonly LoadedObject[],
  { identity, tunables }: Pick<LoadContext, "identity" | "tunables">,
): Generator<LoadProblem> {
  const isNew = new Set(opened);
  // Objects are relocated from the last to the first.
  const demands = [...opened].reverse().flatMap((user) => [...findTlsDemands(user, objects)]);
  const asked = demands.filter(({ provider }) => isNew.has(provider) && provider.elf.tls !== undefined);
  if (asked.every(({ optional }) => optional)) return;
  const { least, most } = findTlsRoom(identity, startup, tunables);
  const certain = allocate(asked, most);
  if (certain !== undefined) yield { kind: "static-tls-exhausted", ...certain };
  const possible = certain === undefined ? allocate(asked, least) : undefined;
  if (possible !== undefined) yield { kind: "static-tls-uncertain", ...possible };
}

/** Gives out room, first to those who can do without it; who gets none and cannot do without. */
function allocate(demands: readonly TlsDemand[], room: TlsRoom): StaticTlsShortage | undefined {
  const placed = new Set<LoadedObject>();
  let { bytes, optional } = room;
  let size = 0;
  for (const demand of [...demands].sort((a, b) => Number(b.optional) - Number(a.optional))) {
    const { provider, user } = demand;
    const block = provider.elf.tls;
    if (block === undefined || placed.has(provider)) continue;
    const left = block.alignment > room.alignment ? undefined : room.take(bytes, block);
    if (demand.optional && (left === undefined || bytes - left > optional)) continue;
    size += block.size;
    if (left === undefined) {
      const about = { requiredBy: provider.path, user: user.path, size, available: room.bytes };
      return block.alignment > room.alignment ? { ...about, alignment: block.alignment } : about;
    }
    if (demand.optional) optional -= bytes - left;
    bytes = left;
    placed.add(provider);
  }
  return undefined;
}
