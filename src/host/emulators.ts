/**
 * Emulators that a kernel starts for programs of other machines: binfmt_misc, as it shows its entries (Linux'
 * Documentation/admin-guide/binfmt-misc.rst). An entry is recognised by the e_machine that its magic asks for.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findMachineFacts } from "../loader/machine.js";

const REGISTERED = "/proc/sys/fs/binfmt_misc";
/** bytes of an ELF header up to and with e_machine */
const HEAD = 20;

export interface Emulator {
  /** `uname -m` of the programs that it runs */
  readonly machine: string;
  /** its path on the host */
  readonly interpreter: string;
  /** flag F: it was opened when it was registered, and runs programs in any root */
  readonly isFixed: boolean;
}

/** The emulators of this machine, sorted by what they run; none where nothing tells. */
export async function readEmulators(folder: string = REGISTERED): Promise<readonly Emulator[]> {
  const status = await readFile(join(folder, "status"), "utf8").catch(() => "");
  if (status.trim() !== "enabled") return [];
  const names = (await readdir(folder)).filter((name) => name !== "status" && name !== "register").sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return texts
    .flatMap((text) => parseEmulator(text) ?? [])
    .sort((a, b) => (a.machine < b.machine ? -1 : a.machine > b.machine ? 1 : 0));
}

/** One entry; undefined for one that is off, or not about ELF files of a machine that is known. */
export function parseEmulator(text: string): Emulator | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const valueOf = (key: string): string =>
    lines
      .find((line) => line.startsWith(`${key} `))
      ?.slice(key.length + 1)
      .trim() ?? "";
  const interpreter = valueOf("interpreter");
  const magic = Buffer.from(valueOf("magic"), "hex");
  if (lines[0] !== "enabled" || interpreter === "" || magic.length < HEAD || valueOf("offset") !== "0")
    return undefined;
  if (magic.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const [elfClass, data] = [magic[4] === 2 ? 64 : 32, magic[5] === 2 ? "big" : "little"] as const;
  const machine = data === "big" ? magic.readUInt16BE(18) : magic.readUInt16LE(18);
  const name = findMachineFacts({ class: elfClass, data, machine, flags: 0 })?.name;
  if (name === undefined) return undefined;
  const flags = lines.find((line) => line.startsWith("flags:"))?.slice("flags:".length) ?? "";
  return { machine: name, interpreter, isFixed: flags.includes("F") };
}
