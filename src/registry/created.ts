/** When an image was made, as its config says. OCI image-spec, config.md, `created`. */

/** RFC 3339, as Go writes it: up to nanoseconds, which JavaScript's own parser takes as well. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * The time; undefined where there is none. Builds that are to come out the same each time write the zero of Unix or of Go: that says
 * nothing of when, and an image that looks half a century old would pass for one that has been watched long enough.
 */
export function findTime(created: unknown): string | undefined {
  if (typeof created !== "string" || !TIME.test(created)) return undefined;
  const time = Date.parse(created);
  return Number.isNaN(time) || time <= 0 ? undefined : created;
}
