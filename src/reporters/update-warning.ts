/** What a host has against a newer base, as a sentence: the same in each format. */
import type { HostWarning } from "../update.js";
import { toDisplayText } from "../display-text.js";

/** Without line and file. */
export function describeWarning(warning: HostWarning): string {
  const { host, verdict, reasons, isHeld } = warning;
  const [older, newer] = nameBoth(warning);
  if (host === undefined) return `whether ${newer} runs on the hosts is not known: its bytes are not at hand`;
  const [reason, ...others] = reasons;
  if (reason === undefined)
    return `whether ${newer} runs on ${host} is not known: its bytes for that platform are not at hand`;
  if (verdict === "runs") return `${newer} raises a floor past ${host}: ${reason.message}`;
  const more = others.length === 0 ? "" : ` (and ${others.length} more: containerspec match says which)`;
  const loses = `${toWill(verdict)} on ${host}, ${describeBefore(warning, older)}: ${reason.message}${more}`;
  return `${newer} ${loses}${isHeld ? "; it is held back" : ""}`;
}

function toWill(verdict: HostWarning["verdict"]): string {
  return verdict === "will-not-run" ? "will not run" : "may not run";
}

function describeBefore({ before }: HostWarning, older: string): string {
  if (before === undefined) return `and whether ${older} does is not known, since its bytes are not at hand`;
  return before === "unknown" ? `where nobody knows of ${older}` : `where ${older} runs`;
}

/** By their tags, where these differ; a digest says nothing to people. */
function nameBoth({ from, to }: HostWarning): readonly [string, string] {
  const [older = "", newer = ""] = [from, to].map((name) => toDisplayText(name.replace(/@.*$/s, "")));
  return older === newer ? [`the ${older} that FROM names`, `the newer ${newer}`] : [older, newer];
}
