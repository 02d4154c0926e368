/**
 * GLIBC_TUNABLES, as far as it decides what can be loaded: how much thread-local storage is kept for what dlopen brings (people set it
 * where dlopen fails with "cannot allocate memory in static TLS block"), whether stacks may be executable, and whether the environment
 * counts at all. Mirrors parse_tunables of elf/dl-tunables.c, whose reading changed with 2.39, and _dl_tls_static_surplus_init of
 * elf/dl-tls.c.
 */
import { isAtLeast, isOlderThan, type GlibcVersion } from "./identity.js";

/** What is set, each within the bounds of elf/dl-tunables.list. */
export interface Tunables {
  /** rtld.nns: how many namespaces room is kept for */
  readonly namespaces: number;
  /** rtld.optional_static_tls: bytes for those who could do without */
  readonly optional: number;
  /** rtld.execstack=2, since 2.42: the stack is executable from the start */
  readonly isStackExecutable: boolean;
  /** rtld.enable_secure=1, since 2.40: secure-execution mode for everybody */
  readonly isSecure: boolean;
}

export const DEFAULT_TUNABLES: Tunables = { namespaces: 4, optional: 512, isStackExecutable: false, isSecure: false };

/**
 * Bytes that the C library may have in each namespace but the first, that other libraries may have in each, and that were always
 * there: as measured with 2.36, whose sum of the defaults is the 1664 of old.
 */
const LIBC_IE_TLS = 144;
const OTHER_IE_TLS = 144;
const LEGACY_TLS = 144;
const MAX_NAMESPACES = 16;

/** What a loader of this release makes of "name=value:name=value"; of two values the later counts. */
export function parseTunables(text: string | undefined, version: GlibcVersion | undefined): Tunables {
  let { namespaces, optional } = DEFAULT_TUNABLES;
  let [isStackExecutable, isSecure] = [false, false];
  for (const [name, value] of readSettings(text ?? "", version)) {
    if (name === "glibc.rtld.optional_static_tls" && Number.isSafeInteger(value)) optional = value;
    if (name === "glibc.rtld.nns" && value >= 1 && value <= MAX_NAMESPACES) namespaces = value;
    if (name === "glibc.rtld.execstack" && value <= 2) isStackExecutable = value === 2 && isAtLeast(version, 2, 42);
    if (name === "glibc.rtld.enable_secure" && value <= 1) isSecure = value === 1 && isAtLeast(version, 2, 40);
  }
  return { namespaces, optional, isStackExecutable, isSecure };
}

function* readSettings(text: string, version: GlibcVersion | undefined): Generator<readonly [string, number]> {
  if (text === "") return;
  const settings = text.split(":");
  const isOld = isOlderThan(version, 2, 39);
  // Since 2.39 a text that ends before a value, or has one with a second "=", is no text at all.
  const last = settings.at(-1) ?? "";
  if (!isOld && (!last.includes("=") || settings.some((one) => one.split("=").length > 2))) return;
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    if (equals === -1) continue;
    const value = isOld ? readNumber(setting.slice(equals + 1)) : parseNumber(setting.slice(equals + 1));
    if (value !== undefined) yield [setting.slice(0, equals), value];
  }
}

/** Before 2.39: as much of a number as there is, behind blanks, and 0 where there is none. A negative one is none in bounds. */
function readNumber(text: string): number {
  const [, sign = "", digits = ""] = /^[ \t]*([-+]?)(0[xX][\da-fA-F]+|\d*)/.exec(text) ?? [];
  return sign === "-" ? 0 : toNumber(digits);
}

/** Since then the whole value is a number, or it does not count. */
function parseNumber(text: string): number | undefined {
  return /^[ \t]*\+?(?:0[xX][\da-fA-F]+|\d+)$/.test(text) ? toNumber(text.trim().replace("+", "")) : undefined;
}

/** As strtoul reads it: a leading 0 means octal digits, 0x hexadecimal ones. */
function toNumber(digits: string): number {
  if (/^0[xX]/.test(digits)) return Number(digits);
  return digits.startsWith("0") ? Number.parseInt(digits, 8) || 0 : Number(digits);
}

/** Bytes of static thread-local storage beyond what the process starts with: 1664 where nothing is set, and before 2.32. */
export function toTlsSurplus({ namespaces, optional }: Tunables): number {
  return (namespaces - 1) * LIBC_IE_TLS + namespaces * OTHER_IE_TLS + LEGACY_TLS + optional;
}
