/**
 * Whose thread-local storage an object wants at a fixed offset. A relocation does not make the block of its own object static but
 * that of the object which defines the symbol: a plugin may make that of the library which it is linked with so.
 * Mirrors CHECK_STATIC_TLS and TRY_STATIC_TLS of elf/dl-static-tls.h, and which symbols RESOLVE_MAP does not look up.
 */
import { USE_OPTIONAL_TLS, USE_STATIC_TLS, type ElfObject } from "../elf/object.js";
import { SHN_UNDEF, STB_LOCAL } from "../elf/symbol-values.js";
import { matchSymbol } from "./bind-symbols.js";
import type { LoadedObject } from "./scope.js";
import { symbolTableOf } from "./symbol-table.js";

const STV_DEFAULT = 0;

/** One use of thread-local storage. */
interface TlsUse {
  /** in its symbol table; absent where the storage is its own */
  readonly symbol?: number;
  /** it can do without */
  readonly optional: boolean;
}

/** A block that some object wants at a fixed offset. */
export interface TlsDemand {
  readonly provider: LoadedObject;
  readonly user: LoadedObject;
  readonly optional: boolean;
}

const uses = new WeakMap<ElfObject, readonly TlsUse[]>();

/** The blocks that relocating `user` makes static, or tries to. */
export function* findTlsDemands(user: LoadedObject, objects: readonly LoadedObject[]): Generator<TlsDemand> {
  for (const { symbol, optional } of tlsUsesOf(user.elf)) {
    const provider = symbol === undefined ? user : findProvider(user, symbol, objects);
    if (provider !== undefined) yield { provider, user, optional };
  }
}

function findProvider(user: LoadedObject, symbol: number, objects: readonly LoadedObject[]): LoadedObject | undefined {
  const order = user.elf.symbolic ? [user, ...objects] : objects;
  return order.find(({ elf }) => matchSymbol(user.elf, symbol, symbolTableOf(elf)) !== undefined);
}

function tlsUsesOf(elf: ElfObject): readonly TlsUse[] {
  let known = uses.get(elf);
  if (known === undefined) uses.set(elf, (known = [...readTlsUses(elf)]));
  return known;
}

function* readTlsUses(elf: ElfObject): Generator<TlsUse> {
  const { symbols } = elf;
  for (let i = 0; i < symbols.count; i += 1) {
    const use = (symbols.uses[i] as number) & (USE_STATIC_TLS | USE_OPTIONAL_TLS);
    if (use === 0) continue;
    const about = isOwn(elf, i) ? {} : { symbol: i };
    if ((use & USE_OPTIONAL_TLS) !== 0) yield { ...about, optional: true };
    if ((use & USE_STATIC_TLS) !== 0) yield { ...about, optional: false };
  }
}

/** The null symbol, local symbols, and those that nobody else's definition can take the place of. */
function isOwn({ symbols }: ElfObject, i: number): boolean {
  const isDefined = symbols.section[i] !== SHN_UNDEF;
  return i === 0 || symbols.binding[i] === STB_LOCAL || (isDefined && symbols.visibility[i] !== STV_DEFAULT);
}
