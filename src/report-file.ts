/** Reports that an earlier run wrote with `--format json`. */
import { readFile, stat } from "node:fs/promises";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { VERDICTS, type Report } from "./report.js";
import { z } from "./schema.js";

/** near the longest text that there can be; a report of all libraries of a large image has some MiB */
const MAX_BYTES = 500 * 2 ** 20;

const finding = z.looseObject({
  rule: z.string(),
  severity: z.enum(["error", "unknown", "warning", "note"]),
  message: z.string(),
  subjects: z.array(z.string()),
  evidence: z.array(z.looseObject({ kind: z.enum(["file", "version", "symbol", "search", "value"]) })),
});
const judged = {
  loader: z.enum(["ok", "latent", "broken", "unknown"]),
  verdict: z.enum(VERDICTS),
  findings: z.array(finding),
};
const libc = z.looseObject({ family: z.string() });
/** What is read of a report, and of a later one, which may have more fields. */
const report = z.looseObject({
  schemaVersion: z.string().regex(/^1\./, "a report of another major version"),
  image: z.looseObject({ source: z.string(), platform: z.string(), libc, findings: z.array(finding) }),
  host: z.looseObject({ source: z.string(), name: z.string(), libc }),
  placement: z.string(),
  companions: z.string(),
  layerMode: z.string(),
  mounts: z.array(z.looseObject({ soname: z.string(), target: z.string(), ...judged })),
  set: z.nullable(z.looseObject(judged)),
});
const several = z.looseObject({ reports: z.array(report) });

/**
 * Reads the reports of a file: one, or as many as there are images and hosts.
 *
 * @throws ContainerspecError file-not-found, not-a-report
 */
export async function readReports(file: string): Promise<readonly Report[]> {
  const value = parseJson(await readText(file), file);
  const isSeveral = typeof value === "object" && value !== null && "reports" in value;
  const read = isSeveral ? several.safeParse(value) : report.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
    throw notAReport(file, `${where}${toWords(issue?.message ?? "it is something else")}`);
  }
  return (isSeveral ? value.reports : [value]) as readonly Report[];
}

/** "Invalid input: expected string, received undefined" */
function toWords(message: string): string {
  return message.replace(/^Invalid (?:input|option): /, "").replace(/received undefined$/, "found nothing");
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw notAReport(file, `it has more than ${MAX_BYTES} bytes`);
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof ContainerspecError) throw cause;
    const reason = findSystemReason(cause) ?? String(cause);
    throw new ContainerspecError(
      "file-not-found",
      `Cannot read the report ${file}: ${reason}; name a file that --format json=${file} wrote`,
      { path: file },
      { cause },
    );
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notAReport(file, text.trim() === "" ? "it is empty" : "it is no JSON", cause);
  }
}

function notAReport(file: string, why: string, cause?: unknown): ContainerspecError {
  return new ContainerspecError(
    "not-a-report",
    `Cannot use ${file} as a report: ${why}; expected what \`containerspec analyze --format json\` writes`,
    { path: file },
    { cause },
  );
}
