/** How relocations use each symbol, by `readelf -r -D`, which goes through the dynamic section as the loader does. */
import { USE_COPY, USE_EAGER, USE_LAZY } from "../../src/elf/object.js";
import type { Question } from "./elf-differential.js";

interface UseFacts {
  /** inside the table of DT_JMPREL */
  inPlt: boolean;
  wide: boolean;
  /** USE_* bits by symbol */
  readonly uses: Map<number, number>;
}

const TABLE = /^'(\w+)' relocation section at offset/;
const RELOCATION = /^([0-9a-f]{8,16}) +([0-9a-f]{8,16}) (R_\w+)/;

export const USES: Question<UseFacts> = {
  options: ["-W", "-r", "-D"],
  createFacts: () => ({ inPlt: false, wide: false, uses: new Map() }),
  addLine(facts, line) {
    const table = TABLE.exec(line);
    if (table !== null) facts.inPlt = table[1] === "PLT";
    const relocation = RELOCATION.exec(line);
    if (relocation === null) return;
    const info = relocation[2] as string;
    const symbol = parseInt(info.length === 16 ? info.slice(0, 8) : info.slice(0, 6), 16);
    const type = relocation[3] as string;
    if (symbol === 0) return;
    const isCall = /_(JU?MP_SLOT|IPLT)$/.test(type) && facts.inPlt;
    const use = isCall ? USE_LAZY : type.endsWith("_COPY") ? USE_COPY : USE_EAGER;
    facts.uses.set(symbol, (facts.uses.get(symbol) ?? 0) | use);
  },
  findDifference({ symbols }, { uses }) {
    const names = (bits = 0): string => `uses ${bits}`;
    for (let i = 0; i < symbols.count; i += 1) {
      if (symbols.uses[i] !== (uses.get(i) ?? 0))
        return `symbol ${i} ${symbols.names[i]}: readelf ${names(uses.get(i))}, parseElf ${names(symbols.uses[i])}`;
    }
    return undefined;
  },
};
