/** How option values are read: each parser says what was found and what was expected. */
import { InvalidArgumentError, Option } from "commander";
import { IMAGE_PARTS, LIMIT_NAMES, type ImagePart, type Limits } from "../vocabulary.js";

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** "NAME=VALUE" pairs, the later over the earlier. */
export function collectEnv(
  value: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const equals = value.indexOf("=");
  if (equals <= 0) throw new InvalidArgumentError("Expected NAME=VALUE, such as LD_LIBRARY_PATH=/opt/lib.");
  return new Map([...before, [value.slice(0, equals), value.slice(equals + 1)]]);
}

const SIZE = /^([1-9][0-9]*)([KMG]?)$/;
const FACTORS: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** "entries=9000000", "memory=4G": the later over the earlier. */
export function collectLimit(value: string, before: Partial<Limits> = {}): Partial<Limits> {
  const [name = "", text = ""] = value.split(/=(.*)/s);
  const key = LIMIT_NAMES.get(name);
  const [, digits = "", suffix = ""] = SIZE.exec(text) ?? [];
  const number = Number(digits) * (FACTORS[suffix] ?? 1);
  if (key === undefined || digits === "" || !Number.isSafeInteger(number)) {
    const names = [...LIMIT_NAMES.keys()].join(", ");
    throw new InvalidArgumentError(
      `Expected name=value with a positive integer, and K, M or G behind it or not, such as memory=4G; the names are ${names}.`,
    );
  }
  return { ...before, [key]: number };
}

/** "libraries,files": parts of an image that are compared. */
export function parseParts(value: string): readonly ImagePart[] {
  const names = value.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !IMAGE_PARTS.includes(name as ImagePart));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`Expected some of ${IMAGE_PARTS.join(", ")}, with commas between them.`);
  return names as ImagePart[];
}

/** A positive number of things. */
export function parseCount(value: string): number {
  const count = Number(value);
  if (!/^[1-9][0-9]*$/.test(value) || !Number.isSafeInteger(count))
    throw new InvalidArgumentError("Expected a number from 1 up.");
  return count;
}

/** ARCHSPEC_CPU_DIR, as archspec itself knows it: a folder with another table of microarchitectures. */
export function askedCpuTable(): { readonly cpuTable?: string } {
  const folder = process.env["ARCHSPEC_CPU_DIR"] ?? "";
  return folder === "" ? {} : { cpuTable: folder };
}

/** `--host`, as often as there are hosts; without a value it is the live machine. */
export function hostOption(): Option {
  return new Option(
    "--host [host]",
    "the live machine; or a profile of `containerspec host`, a root folder, or an image (repeatable; default: the live machine)",
  )
    .preset("live")
    .argParser(collect);
}

/** `--verify`, as every command has it that reads images. */
export function verifyOption(): Option {
  return new Option(
    "--verify <when>",
    "check the digests of blobs and layers: always, as a gate should; auto, which hashes no file again that has not changed since (it needs the cache); or never, for speed",
  )
    .choices(["always", "auto", "never"])
    .default("always");
}

/** `--limit`, likewise. */
export function limitOption(): Option {
  return new Option(
    "--limit <name=value>",
    "what an image may cost, such as memory=4G (repeatable; names: docs/cli.md, Limits)",
  ).argParser(collectLimit);
}

/** --layer-mode of commands that read an image. */
export function layerModeOption(): Option {
  return new Option("--layer-mode <how>", "layers as overlayfs shows them, or as an extractor unpacks them")
    .choices(["overlay", "extract"])
    .default("overlay");
}
