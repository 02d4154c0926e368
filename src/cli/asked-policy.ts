/** The policy that a run is held against, and what it says where the command line does not. */
import { relative } from "node:path";
import { ContainerspecError, findPolicy, readPolicy, type Policy, type Verdict } from "../index.js";
import { warn } from "./output.js";

/** Those options of `analyze` that a policy has a say in. */
export interface PolicyArguments {
  /** a file; false: none; undefined: the one that is found */
  readonly policy?: string | false;
  readonly host?: readonly string[];
  readonly library?: readonly string[];
  readonly mount?: readonly string[];
  readonly profile?: readonly string[];
  readonly failOn?: Verdict | "never";
  readonly allowUnknown?: boolean;
}

/** What counts when both have been heard. */
export interface Settled {
  readonly policy?: Policy;
  readonly host?: readonly string[];
  readonly library?: readonly string[];
  readonly failOn: Verdict | "never";
  readonly allowUnknown: boolean;
  /** whether libraries were named, here or there */
  readonly hasChosen: boolean;
}

const USUAL_FAIL_ON = "risky";

/** @throws ContainerspecError where the policy cannot be read */
export async function settle(options: PolicyArguments): Promise<Settled> {
  const policy = await askedPolicy(options.policy);
  const { library, mount, profile, failOn, allowUnknown } = options;
  const host = options.host ?? nonEmpty(policy?.hosts);
  // A mount, a profile or a library on the command line is what this run is about.
  const libraries = library ?? (mount === undefined && profile === undefined ? nonEmpty(policy?.libraries) : undefined);
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(host === undefined ? {} : { host }),
    ...(libraries === undefined ? {} : { library: libraries }),
    failOn: failOn ?? policy?.failOn ?? USUAL_FAIL_ON,
    allowUnknown: allowUnknown ?? policy?.allowUnknown ?? false,
    hasChosen:
      libraries !== undefined || mount !== undefined || profile !== undefined || (policy?.required.length ?? 0) > 0,
  };
}

async function askedPolicy(asked: string | false | undefined): Promise<Policy | undefined> {
  if (asked === false) return undefined;
  if (asked !== undefined) return readPolicy(asked);
  const file = askedFile(await findPolicy(process.cwd()));
  if (file === undefined) return undefined;
  // Nobody named it: that it counts must not be a surprise.
  warn(`the policy ${file} counts (--no-policy leaves it out)`);
  return readPolicy(file);
}

/** A policy that was found, as one would name it from here. */
export function askedFile(found: string | undefined): string | undefined {
  return found === undefined ? undefined : relative("", found);
}

/** The day by UTC, YYYY-MM-DD: of SOURCE_DATE_EPOCH where builds are to be repeated, else of the clock. @throws ContainerspecError usage */
export function today({ SOURCE_DATE_EPOCH: epoch = "" }: NodeJS.ProcessEnv): string {
  const time = epoch === "" ? Date.now() : Number(epoch) * 1000;
  if ((epoch !== "" && !/^\d+$/.test(epoch)) || Number.isNaN(new Date(time).getTime()))
    throw new ContainerspecError(
      "usage",
      `Cannot take SOURCE_DATE_EPOCH ${JSON.stringify(epoch)} for a time: expected seconds since 1970`,
    );
  return new Date(time).toISOString().slice(0, 10);
}

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
