/**
 * Who is bound to whom in a scope, asked in one way whichever loader made it: glibc's compares versions, musl's does not. What an
 * object asks of others and what it uses of itself are two lists, each with its binder; a symbol is known by its index in the list.
 */
import type { ElfObject } from "../elf/object.js";
import { bindOwnPair, bindPair, findBinding, findOwnBinding } from "./bind-symbols.js";
import { bindMuslOwnPair, bindMuslPair, findMuslBinding, findMuslOwnBinding } from "./musl-bind.js";
import { muslSymbolsOf } from "./musl-symbol-table.js";
import type { LoadedObject, LoadScope } from "./scope.js";
import type { SymbolSort } from "./symbol-definitions.js";
import { symbolTableOf } from "./symbol-table.js";

/** A symbol that an object uses. */
export interface SymbolUse {
  readonly name: string;
  readonly version: string | undefined;
  readonly eager: boolean;
  readonly sort: SymbolSort | undefined;
}

/** Symbols that an object uses, each by its index. */
export interface SymbolUses {
  readonly length: number;
  at(index: number): SymbolUse | undefined;
}

/** A definition that answers to it. */
export interface SymbolOffer {
  readonly version: string | undefined;
  readonly sort: SymbolSort | undefined;
}

export interface BoundSymbol {
  readonly provider: LoadedObject;
  readonly definition: SymbolOffer;
}

export interface Binder {
  /** the list */
  readonly usesOf: (elf: ElfObject) => SymbolUses;
  /** what `provider` could give to the symbols of `user`, if nobody came before it */
  readonly offersOf: (user: ElfObject, provider: ElfObject) => ReadonlyMap<number, SymbolOffer>;
  /** what a symbol is bound to in the end */
  readonly find: (object: LoadedObject, index: number, scope: LoadScope) => BoundSymbol | undefined;
}

export interface Binders {
  /** what an object asks of others */
  readonly references: Binder;
  /** what it uses and defines itself */
  readonly own: Binder;
}

const BINDERS: Readonly<Record<LoadScope["family"], Binders>> = {
  glibc: {
    references: { usesOf: (elf) => symbolTableOf(elf).references, offersOf: bindPair, find: findBinding },
    own: { usesOf: (elf) => symbolTableOf(elf).own, offersOf: bindOwnPair, find: findOwnBinding },
  },
  musl: {
    references: { usesOf: (elf) => muslSymbolsOf(elf).references, offersOf: bindMuslPair, find: findMuslBinding },
    own: { usesOf: (elf) => muslSymbolsOf(elf).own, offersOf: bindMuslOwnPair, find: findMuslOwnBinding },
  },
};

/** All of a list, in order. */
export function listUses(uses: SymbolUses): SymbolUse[] {
  return Array.from({ length: uses.length }, (_, index) => uses.at(index) as SymbolUse);
}

/** The binders of the loader that made a scope. */
export function bindersOf({ family }: Pick<LoadScope, "family">): Binders {
  return BINDERS[family];
}
