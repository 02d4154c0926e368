/** The plan that was asked for: each mount with its reason and the lines to copy; or why there is none, and what would help. */
import { ContainerspecError } from "../../errors.js";
import type { MountPlan, Report } from "../../report.js";
import { emitApptainer } from "../emit/apptainer.js";
import { emitDocker } from "../emit/docker.js";
import { toEmission, type Emitter } from "../emit/emission.js";
import { count } from "../terminal.js";
import { renderCopy } from "./copy.js";
import { markup, type Markup } from "./markup.js";

/** The two that most people run; `--emit` has the others. */
const RUNTIMES: readonly (readonly [string, Emitter])[] = [
  ["Docker", emitDocker],
  ["Apptainer", emitApptainer],
];

export function renderPlan(report: Report, plan: MountPlan, index: number): Markup {
  return plan.works ? renderWorking(report, plan, index) : renderNone(plan);
}

function renderWorking(report: Report, plan: MountPlan, index: number): Markup {
  const rows = plan.mounts.map(
    ({ source, target, why }) =>
      markup`<tr><th scope="row"><code>${target}</code></th><td><code>${source}</code></td><td>${why}</td></tr>`,
  );
  const kept = plan.kept.map(({ soname, why }) => markup`<li><code>${soname}</code>: ${why}</li>`);
  const copies = RUNTIMES.map(([name, emit]) => {
    const text = findText(report, plan, emit);
    return text === undefined
      ? markup`<p>${name} has no way to write one of these paths.</p>`
      : renderCopy({ title: `For ${name}`, text, id: `plan-${index}-${name.toLowerCase()}` });
  });
  return markup`<h3>The plan: ${count(plan.mounts.length, "mount")}</h3>
    <p>Judged together: ${plan.verdict}. ${plan.reasons.join(" ")}</p>
    <div class="wide" tabindex="0" role="region" aria-label="The plan">
      <table>
        <thead><tr><th scope="col">In the image</th><th scope="col">From the host</th><th scope="col">Why</th></tr></thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
    ${kept.length === 0 ? undefined : markup`<p>Not mounted:</p><ul class="places">${kept}</ul>`}
    ${copies}`;
}

/** The lines of a runtime; undefined where it cannot say what the plan has. */
function findText(report: Report, plan: MountPlan, emit: Emitter): string | undefined {
  try {
    return emit(toEmission(report, plan)).trimEnd();
  } catch (error) {
    if (error instanceof ContainerspecError) return undefined;
    throw error;
  }
}

function renderNone({ reasons, advice }: MountPlan): Markup {
  const help = advice.map((one) => markup`<li>${one}</li>`);
  return markup`<h3>No set of mounts was found that works</h3>
    ${reasons.map((reason) => markup`<p>${reason}</p>`)}
    ${help.length === 0 ? undefined : markup`<p>What would help:</p><ul class="places">${help}</ul>`}`;
}
