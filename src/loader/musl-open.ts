/**
 * What musl's loader makes of a file that a search arrives at. It looks at e_type and the program headers and at nothing else: not
 * at the magic number, the class, the machine or the OS ABI. A file that was made for another machine is therefore mapped, and
 * what happens then nobody can tell from its headers. Mirrors map_library of ldso/dynlink.c.
 */
import type { ElfObject } from "../elf/object.js";
import type { RootNode } from "../rootfs/filesystem.js";
import { ET_EXEC, hasLoadableType, sameAbi, type OpenResult, type ProcessAbi } from "./abi.js";
import type { FileFacts } from "./facts.js";

/** The result for a file; `node` has no links left to follow. */
export function openMuslLibrary(node: RootNode<FileFacts>, abi: ProcessAbi): OpenResult {
  if (node.kind === "unread") return unknown(node.reason);
  if (node.kind === "directory") return fatal("Is a directory");
  if (node.kind !== "file") return fatal("Exec format error");
  switch (node.facts.kind) {
    case "elf":
      return checkShape(node.facts.elf, abi);
    case "broken-elf":
      return { kind: "unknown", why: node.facts.problem };
    case "unread":
      return { kind: "unknown", why: node.facts.reason };
    default:
      return fatal("Exec format error");
  }
}

function checkShape(elf: ElfObject, abi: ProcessAbi): OpenResult {
  // Read in the wrong order, no e_type is ET_DYN or ET_EXEC.
  if (elf.data !== abi.data || !hasLoadableType(elf)) return fatal("Exec format error");
  if (!sameAbi(elf, abi)) return unknown("musl maps a file of another machine or word size without any check");
  if (elf.segments.dynamic === "absent") return fatal("Exec format error");
  if (elf.segments.dynamic === "empty") return unknown("musl maps a debug file without any check");
  if (elf.type === ET_EXEC) return unknown("musl maps a program at a fixed address where that is free");
  if (elf.segments.loads === 0 || !elf.segments.loadsAligned || !elf.header.programHeaderSizeOk)
    return unknown("musl maps a file with odd program headers without any check");
  return { kind: "elf", elf };
}

function fatal(message: string): OpenResult {
  return { kind: "fatal", message, while: "opening" };
}

function unknown(why: string): OpenResult {
  return { kind: "unknown", why };
}
