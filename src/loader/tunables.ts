/**
 * GLIBC_TUNABLES, as far as it decides what can be loaded: how much thread-local storage is kept for what dlopen brings. People set
 * it where dlopen fails with "cannot allocate memory in static TLS block". Mirrors parse_tunables of elf/dl-tunables.c and
 * _dl_tls_static_surplus_init of elf/dl-tls.c, which know these names since 2.32.
 */

/** What is set, each within the bounds of elf/dl-tunables.list. */
export interface TlsTunables {
  /** rtld.nns: how many namespaces room is kept for */
  readonly namespaces: number;
  /** rtld.optional_static_tls: bytes for those who could do without */
  readonly optional: number;
}

export const DEFAULT_TLS_TUNABLES: TlsTunables = { namespaces: 4, optional: 512 };

/**
 * Bytes that the C library may have in each namespace but the first, that other libraries may have in each, and that were always
 * there: as measured with 2.36, whose sum of the defaults is the 1664 of old.
 */
const LIBC_IE_TLS = 144;
const OTHER_IE_TLS = 144;
const LEGACY_TLS = 144;
const MAX_NAMESPACES = 16;

/**
 * Reads "name=value:name=value"; of two values the later counts, and one that is out of bounds is none. What is no number is 0 up
 * to 2.38 and none since: the least of both is taken.
 */
export function parseTlsTunables(text: string | undefined): TlsTunables {
  let { namespaces, optional } = DEFAULT_TLS_TUNABLES;
  for (const setting of (text ?? "").split(":")) {
    const [, name, digits = ""] = /^glibc\.rtld\.(nns|optional_static_tls)=(.*)$/s.exec(setting) ?? [];
    const value = toNumber(digits);
    if (name === "optional_static_tls" && Number.isSafeInteger(value)) optional = value;
    if (name === "nns" && value >= 1 && value <= MAX_NAMESPACES) namespaces = value;
  }
  return { namespaces, optional };
}

/** As strtoul reads it: a leading 0 means octal digits, 0x hexadecimal ones. */
function toNumber(digits: string): number {
  if (!/^(?:0[xX][\da-fA-F]+|\d+)$/.test(digits)) return 0;
  if (/^0[xX]/.test(digits)) return Number(digits);
  return digits.startsWith("0") ? Number.parseInt(digits, 8) || 0 : Number(digits);
}

/** Bytes of static thread-local storage beyond what the process starts with: 1664 where nothing is set, and before 2.32. */
export function toTlsSurplus({ namespaces, optional }: TlsTunables): number {
  return (namespaces - 1) * LIBC_IE_TLS + namespaces * OTHER_IE_TLS + LEGACY_TLS + optional;
}
