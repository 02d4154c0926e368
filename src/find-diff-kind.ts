/** Whether two names are those of reports or of images, which their first bytes tell. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { ContainerspecError } from "./errors.js";

export type DiffKind = "reports" | "images";

const HEAD = 64;

/** @throws ContainerspecError usage where one is a report and the other an image */
export function findDiffKind(before: string, after: string): DiffKind {
  const [one, other] = [isReport(before), isReport(after)];
  if (one === other) return one ? "reports" : "images";
  const [report, image] = one ? [before, after] : [after, before];
  throw new ContainerspecError(
    "usage",
    `Cannot compare ${before} with ${after}: ${report} is a report, and ${image} is none; give two reports of analyze, or two images`,
  );
}

/** JSON by its first letter. What cannot be opened is what its name says: whoever opens it next says why it cannot be. */
function isReport(source: string): boolean {
  if (source === "-") return false;
  const head = readHead(source);
  if (head === undefined) return source.endsWith(".json");
  return head === "" ? source.endsWith(".json") : /^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(head);
}

/** The first bytes of a file; nothing of a folder, which is no report. */
function readHead(source: string): string | undefined {
  try {
    if (!statSync(source).isFile()) return "folder";
    const head = Buffer.alloc(HEAD);
    const file = openSync(source, "r");
    try {
      return head.toString("latin1", 0, readSync(file, head, 0, HEAD, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
