/** What the gate says of the reports: told on standard error, and by the exit code. */
import type { Gates, Report } from "../index.js";
import { listSome } from "../reporters/terminal.js";
import type { Settled } from "./asked-policy.js";
import { warn } from "./output.js";

const GATE_FAILED = 1;
/** more names than these are counted on standard error: the report has them all */
const MAX_NAMES = 8;

/** Says what fails, and sets the exit code. */
export function applyGates(
  reports: readonly Report[],
  { results, notes }: Gates,
  { failOn, hasChosen }: Settled,
): void {
  if (!hasChosen && failOn !== "never")
    warn("no library was gated: name those that must pass with --library or --mount");
  for (const note of notes) warn(note);
  const hasHosts = new Set(reports.map(({ host }) => host.source)).size > 1;
  for (const [index, report] of reports.entries()) {
    const what = hasHosts ? `${report.image.source} on ${report.host.source}` : report.image.source;
    if (hasChosen && report.mounts.length === 0 && failOn !== "never")
      warn(`no library was gated for ${what}: the host has none for it`);
    const {
      passes = true,
      failed = [],
      imageRules = [],
      reasons = [],
      accepted = [],
      known = [],
    } = results[index] ?? {};
    if (accepted.length > 0) {
      const names = [...new Set(accepted.map(({ rule, about }) => `${about} (${rule})`))];
      warn(`accepted by the policy for ${what}: ${listSome(names, MAX_NAMES)}`);
    }
    if (known.length > 0) warn(`in the baseline already for ${what}: ${listSome(known, MAX_NAMES)}`);
    if (passes) continue;
    process.exitCode = GATE_FAILED;
    const why = [...imageRules.map((rule) => `the image itself (${rule})`), ...failed];
    if (why.length > 0) warn(`the gate fails for ${what} at --fail-on ${failOn}: ${listSome(why, MAX_NAMES)}`);
    for (const reason of reasons.slice(0, MAX_NAMES)) warn(`the gate fails for ${what}: ${reason}`);
  }
}
