/**
 * How relocations use each symbol, by `readelf -r -D`, which goes through the dynamic section as the loader does. On MIPS the
 * symbols of the global offset table are used without a relocation: two tags say which.
 */
import { USE_COPY, USE_EAGER, USE_LAZY, USE_OPTIONAL_TLS, USE_STATIC_TLS } from "../../src/elf/object.js";
import type { Question } from "./elf-differential.js";
import { nameAt } from "../../src/elf/symbol-names.js";

interface UseFacts {
  /** inside the table of DT_JMPREL */
  inPlt: boolean;
  /** first and last of the symbols in a MIPS GOT */
  firstInGot: number;
  endOfGot: number;
  /** USE_* bits by symbol */
  readonly uses: Map<number, number>;
  /** slots that the other tables fill with a function, which are DT_JMPREL's where that fills them too (RISC-V) */
  readonly calls: Map<string, number>;
}

const TABLE = /^'(\w+)' relocation section at offset/;
const GOT = /^ 0x\w+ \(MIPS_(GOTSYM|SYMTABNO)\) +(\w+)$/;
const RELOCATION = /^([0-9a-f]{8,16}) +([0-9a-f]{8,16}) (R_\w+)/;

export const USES: Question<UseFacts> = {
  options: ["-W", "-d", "-r", "-D"],
  createFacts: () => ({ inPlt: false, firstInGot: 0, endOfGot: 0, uses: new Map(), calls: new Map() }),
  addLine(facts, line) {
    const table = TABLE.exec(line);
    if (table !== null) facts.inPlt = table[1] === "PLT";
    const got = GOT.exec(line);
    if (got?.[1] === "GOTSYM") facts.firstInGot = Number(got[2]);
    if (got?.[1] === "SYMTABNO") facts.endOfGot = Number(got[2]);
    const relocation = RELOCATION.exec(line);
    if (relocation === null) return;
    const info = relocation[2] as string;
    const symbol = parseInt(info.length === 16 ? info.slice(0, 8) : info.slice(0, 6), 16);
    const type = relocation[3] as string;
    const slot = relocation[1] as string;
    const tls = tlsUse(type);
    if (tls !== 0) addUse(facts, symbol, tls);
    if (symbol === 0) return;
    if (/_(JU?MP_SLOT|IPLT)$/.test(type)) {
      if (facts.inPlt) addUse(facts, symbol, USE_LAZY);
      if (facts.inPlt) facts.calls.delete(slot);
      else facts.calls.set(slot, symbol);
    } else {
      addUse(facts, symbol, type.endsWith("_COPY") ? USE_COPY : USE_EAGER);
    }
  },
  findDifference({ symbols }, facts) {
    const { uses, firstInGot, endOfGot } = facts;
    for (const symbol of facts.calls.values()) addUse(facts, symbol, USE_EAGER);
    for (let i = 0; i < symbols.count; i += 1) {
      const isInGot = firstInGot > 0 && i >= firstInGot && i < endOfGot;
      const expected = (uses.get(i) ?? 0) | (isInGot ? USE_EAGER : 0);
      if (symbols.uses[i] !== expected)
        return `symbol ${i} ${nameAt(symbols.names, i)}: readelf says USE ${expected}, parseElf ${symbols.uses[i]}`;
    }
    return undefined;
  },
};

function addUse({ uses }: UseFacts, symbol: number, use: number): void {
  uses.set(symbol, (uses.get(symbol) ?? 0) | use);
}

/** Relocations of the initial-exec and local-exec models, by their names; descriptors, and PowerPC's optimised calls. */
function tlsUse(type: string): number {
  if (/_(TLS_)?(TPOFF|TPREL)\d*(?!\w)|_TLSTPREL32$|_TPREL16|_TLS_LE_/.test(type)) return USE_STATIC_TLS;
  return /_TLS_?DESC\d*$|^R_PPC(64)?_DTPMOD/.test(type) ? USE_OPTIONAL_TLS : 0;
}
