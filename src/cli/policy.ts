/** `containerspec policy check`: whether a policy file holds together, and what it says. */
import { Command } from "commander";
import type { Policy } from "../index.js";
import { ContainerspecError, toDisplayText } from "../vocabulary.js";
import { writeResult } from "./output.js";

export function createPolicyCommand(): Command {
  return new Command("policy")
    .summary("check a policy file")
    .description("Checks a policy file without judging anything, and tells what it says.")
    .usage("check [options] [file]")
    .argument("<what>", "check")
    .argument("[file]", "the policy (default: containerspec.yaml here or above)")
    .action(run);
}

async function run(what: string, file: string | undefined): Promise<void> {
  if (what !== "check")
    throw new ContainerspecError(
      "usage",
      `Cannot do ${JSON.stringify(what)} with a policy: expected check, as in: containerspec policy check`,
    );
  const { findPolicy, POLICY_FILE, readHost, readPolicy } = await import("../index.js");
  const { askedFile, today } = await import("./asked-policy.js");
  const found = file ?? askedFile(await findPolicy(process.cwd()));
  if (found === undefined)
    throw new ContainerspecError(
      "usage",
      `Cannot find a policy: neither this folder nor one above has a ${POLICY_FILE}; name a file: containerspec policy check site.yaml`,
    );
  const policy = await readPolicy(found);
  for (const host of policy.hosts) if (host !== "live") await readHost(host);
  await writeResult(describe(policy, today(process.env)), undefined);
}

function describe(policy: Policy, day: string): string {
  const { source, hosts, libraries, required, severities, floors, accept, failOn, allowUnknown } = policy;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["Policy", [source]],
    ["Gate", [`--fail-on ${failOn ?? "risky"}${allowUnknown === true ? " --allow-unknown" : ""}`]],
    ["Hosts", hosts],
    ["Libraries", libraries],
    [
      "Required",
      required.map(({ library, hosts: on }) => (on.length === 0 ? library : `${library} on ${on.join(", ")}`)),
    ],
    ["Severities", [...severities].map(([rule, severity]) => `${rule} counts as ${severity}`)],
    ["Floors", Object.entries(floors).map(([name, value]) => `${name} ${String(value)}`)],
    [
      "Accepted",
      accept.map(({ rule, library, expires, owner }) => {
        const until = day > expires ? `ended on ${expires}` : `until ${expires}`;
        return `${rule}${library === undefined ? "" : ` of ${library}`}, ${until}, ${owner}`;
      }),
    ],
  ];
  return rows
    .flatMap(([name, values]) =>
      values.map((value, index) => `${(index === 0 ? name : "").padEnd(12)}${toDisplayText(value)}\n`),
    )
    .join("");
}
