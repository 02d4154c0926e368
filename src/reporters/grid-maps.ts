/** What a grid asks: whether its images run, and each of its mounts. Every question has a map of its own, the same in text and HTML. */
import type { GridReason, GridReport, GridReportCell } from "../grid/grid-report.js";
import type { MatchVerdict } from "../match/reason.js";
import type { Verdict } from "../report.js";
import { RUN_LETTERS } from "./heat-map.js";

export type MountAnswer = Verdict | "absent";

export interface GridMap {
  readonly title: string;
  readonly letters: readonly (readonly [string, string])[];
  readonly answerOf: (cell: GridReportCell) => GridMapAnswer;
}

export interface GridMapAnswer {
  readonly verdict: string;
  readonly letter: string;
  readonly heat: MatchVerdict;
  readonly reasons: readonly GridReason[];
}

const MOUNT_LETTERS: Readonly<Record<MountAnswer, string>> = {
  safe: "S",
  loads: "L",
  "no-effect": "N",
  // R is a verdict of the other map.
  risky: "!",
  "safe-with": "W",
  unknown: "?",
  unsafe: "X",
  absent: "-",
};

const HEAT: Readonly<Record<MountAnswer, MatchVerdict>> = {
  safe: "runs",
  loads: "runs",
  "no-effect": "runs-with-mounts",
  risky: "unknown",
  "safe-with": "unknown",
  unknown: "unknown",
  unsafe: "will-not-run",
  absent: "runs-with-mounts",
};

/** One for the images, and one for each mount. */
export function listMaps({ mounts }: GridReport): readonly GridMap[] {
  return [
    {
      title: "Does the image run on the host?",
      letters: Object.entries(RUN_LETTERS),
      answerOf: ({ runs: { verdict, reasons } }) => ({
        verdict,
        letter: RUN_LETTERS[verdict],
        heat: verdict,
        // A reason that lets it run is a remark.
        reasons: verdict === "runs" ? [] : reasons,
      }),
    },
    ...mounts.map((mount, index) => ({
      title: `May ${mount} of the host be mounted into the image?`,
      letters: Object.entries(MOUNT_LETTERS),
      answerOf: ({ mounts: answers }: GridReportCell): GridMapAnswer => {
        const { verdict, reasons } = answers[index] as GridReportCell["mounts"][number];
        return { verdict, letter: MOUNT_LETTERS[verdict], heat: HEAT[verdict], reasons };
      },
    })),
  ];
}

/** The cells whose answer is the same for the same reasons, together. */
export function groupAnswers(map: GridMap, cells: readonly GridReportCell[]) {
  const groups = new Map<string, { readonly answer: GridMapAnswer; readonly cells: GridReportCell[] }>();
  for (const cell of cells) {
    const answer = map.answerOf(cell);
    if (answer.reasons.length === 0) continue;
    const key = JSON.stringify([answer.verdict, answer.reasons]);
    const group = groups.get(key) ?? { answer, cells: [] };
    group.cells.push(cell);
    groups.set(key, group);
  }
  return [...groups.values()];
}
