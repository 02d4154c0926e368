/** `type=bind,source=…`: the value of --mount, which Docker made and others took over. */

/** The fields as one record of CSV (RFC 4180), as encoding/csv of Go reads it. */
export function toCsvRecord(fields: readonly string[]): string {
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}
