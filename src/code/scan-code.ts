import type { ElfObject } from "../elf/object.js";
import type { ByteSource } from "../elf/source.js";
import type { CodeFacts } from "./code-facts.js";

export function scanCode(_source: ByteSource, _elf: ElfObject): Promise<{ readonly code?: CodeFacts }> {
  return Promise.resolve({});
}
