/** What a real shell makes of an emitted script: the words that the runtime would be started with. */
import { spawnSync } from "node:child_process";

/**
 * The words behind the command, as sh hands them over; "program" is what the caller of the script appends.
 *
 * @param variables what the script asks the caller for
 */
export function shellWords(
  script: string,
  command: string,
  variables: Readonly<Record<string, string>> = {},
): string[] {
  // Its name may be no name of a function: a program in a folder of its own would be one more thing to clean up.
  const name = command.replace(/[^a-z]/g, "_");
  const recorder = `${name}() { printf '%s\\0' "$@"; }\n`;
  const called = script.replace(new RegExp(`^${command}(?= )`, "m"), name);
  const { stdout, status, stderr } = spawnSync("sh", ["-s", "program"], {
    input: recorder + called,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...variables },
  });
  if (status !== 0) throw new Error(`sh failed: ${stderr}`);
  return stdout.split("\0").slice(0, -1);
}

/** Fields of one record of CSV (RFC 4180): a second reading of what --mount is. */
export function parseCsvRecord(record: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    if (record[at] !== '"') {
      const end = record.indexOf(",", at) === -1 ? record.length : record.indexOf(",", at);
      const field = record.slice(at, end);
      if (field.includes('"')) throw new Error("a bare quote in a field");
      fields.push(field);
      at = end + 1;
      continue;
    }
    let field = "";
    for (at += 1; ; at += 1) {
      if (record[at] === undefined) throw new Error("a quote without its end");
      if (record[at] === '"') {
        if (record[at + 1] !== '"') break;
        at += 1;
      }
      field += record[at] ?? "";
    }
    if (record[at + 1] !== undefined && record[at + 1] !== ",") throw new Error("text behind a quote");
    fields.push(field);
    at += 2;
  }
  return fields;
}
