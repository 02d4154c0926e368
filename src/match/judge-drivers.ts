/** Libraries of the machine that the image asks for and lacks: whether mounting the host's makes it run. */
import { isOptional, type DriverNeed } from "../spec/drivers.js";
import type { DriverMount, Question } from "./question.js";
import type { Reason } from "./reason.js";

export function judgeDrivers(question: Question): readonly Reason[] {
  const { need, drivers, stopped } = question;
  const { start } = need;
  // Without it something that counts does not start.
  const isVital = (name: string): boolean =>
    stopped.some((programs) =>
      programs.some(
        ({ path, troubles }) =>
          (start.isOpen || start.programs.includes(path)) &&
          troubles.some(({ kind, library }) => kind === "library" && library === name),
      ),
    );
  // What is started says itself that it cannot work without it.
  const isWanted = ({ priority, by }: DriverNeed): boolean =>
    priority === "required" && (start.isOpen || by.some((path) => start.programs.includes(path)));
  const pairs = drivers.flatMap((mount) => {
    const asked = need.drivers.find(({ name }) => name === mount.name);
    return asked === undefined ? [] : [{ asked, mount }];
  });
  return [
    ...pairs
      .filter(({ asked }) => !isOptional(asked))
      .map(({ asked, mount }) =>
        judgeOne(asked, mount, isVital(mount.name) ? "start" : isWanted(asked) ? "work" : "none"),
      ),
    ...tellTexts(pairs.filter(({ asked }) => isOptional(asked))),
  ];
}

/** What is not there without it: the start, the work of what is started, or nothing that is known. */
type Stake = "start" | "work" | "none";

const WORST: Readonly<Record<Stake, Reason["verdict"]>> = { start: "will-not-run", work: "unknown", none: "runs" };

/** Names that stand in files as text, and what its notes say that it can do without: one note for each project, and for whether the host has them. */
function tellTexts(pairs: readonly { readonly asked: DriverNeed; readonly mount: DriverMount }[]): readonly Reason[] {
  const groups = new Map<string, (typeof pairs)[number][]>();
  for (const pair of pairs) {
    const key = `${pair.asked.project} ${String(pair.mount.verdict === "absent")}`;
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  return [...groups.values()].map((group) => {
    const names = group.map(({ mount }) => mount.name).join(", ");
    const { project } = (group[0] as (typeof group)[number]).asked;
    const message = group.every(({ mount }) => mount.verdict === "absent")
      ? `It may ask for ${names} (${project}), which neither the image nor the host has`
      : `It may ask for ${names} (${project}), which the host has and the image lacks: it runs without as far as it can do without`;
    const subjects = [...new Set(group.flatMap(({ asked }) => asked.by))].sort();
    return { id: "driver-optional", verdict: "runs", message, subjects };
  });
}

function judgeOne(asked: DriverNeed, { name, verdict, companions }: DriverMount, stake: Stake): Reason {
  const subjects = asked.by;
  const what = `${name} (${asked.project})`;
  if (verdict === "absent") {
    return stake !== "none"
      ? {
          id: "driver-missing",
          verdict: WORST[stake],
          message: `It needs ${what}, which neither the image nor the host has`,
          subjects,
        }
      : {
          id: "driver-optional",
          verdict: "runs",
          message: `Parts of it need ${what}, which neither the image nor the host has: what opens them does without`,
          subjects,
        };
  }
  switch (verdict) {
    case "safe":
    case "loads":
    case "safe-with": {
      const along = companions.length === 0 ? "" : `, together with ${companions.join(", ")}`;
      const message = `It asks for ${what} and lacks it; the host's may be mounted (${verdict})${along}`;
      return { id: "driver-mounted", verdict: "runs-with-mounts", message, subjects };
    }
    case "unsafe": {
      const message = `It asks for ${what} and lacks it, and the host's must not be mounted: containerspec analyze --library ${name} says why`;
      return { id: "driver-refused", verdict: WORST[stake], message, subjects };
    }
    default: {
      const message = `It asks for ${what} and lacks it; mounting the host's is ${verdict}: containerspec analyze --library ${name} says why`;
      return { id: "driver-unknown", verdict: stake === "none" ? "runs" : "unknown", message, subjects };
    }
  }
}
