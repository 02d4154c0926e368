/** What an image holds, needs and offers, for people: a row for each, then what is dangerous in it. */
import { toLogText } from "../display-text.js";
import type { InspectReport } from "../inspect-schema.js";
import { describeMpi, describeStack, toRows, type Row } from "./stacks-text.js";
import { count, createStyle, wrap, type Terminal } from "./terminal.js";

const LABEL = 10;

/** The description of one image as a text. */
export function renderInspect(report: InspectReport, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const rows = listRows(report).flatMap(([name, value]) =>
    wrap(value, terminal.width - LABEL, "").map((line, index) =>
      `${style.bold((index === 0 ? name : "").padEnd(LABEL))}${line}`.trimEnd(),
    ),
  );
  const hazards = report.hazards.flatMap(({ message, rule }) => [
    ...wrap(`${message} [${rule}]`, terminal.width, "  "),
  ]);
  const title = report.hazards.length === 0 ? [] : ["", style.bold("What is dangerous in it"), ...hazards];
  return toLogText(`${[...rows, ...title].join("\n")}\n`);
}

function listRows({ image, libc, floors, mpis, gpu, fabric, drivers, libraries }: InspectReport): readonly Row[] {
  const { source, reference, platform } = image;
  const needs = [
    ...(floors.glibc === undefined ? [] : [`glibc ${floors.glibc}`]),
    ...(floors.kernel === undefined ? [] : [`Linux ${floors.kernel}`]),
    ...(floors.isa === undefined ? [] : [floors.isa]),
  ];
  const asked = drivers.filter(({ isThere }) => !isThere).map(({ name, project }) => `${name} (${project})`);
  return [
    ["Image", [source + (reference === undefined ? "" : `: ${reference}`), platform].join(", ")],
    ["C library", libc.version === undefined ? libc.family : `${libc.family} ${libc.version}`],
    ...toRows("Needs", needs.length === 0 ? [] : [needs.join(", ")]),
    ...toRows("MPI", mpis.map(describeMpi)),
    ...toRows(
      "GPU",
      gpu.map((stack) => describeStack(stack, [])),
    ),
    ...toRows(
      "Fabric",
      fabric.map((stack) => describeStack(stack, [])),
    ),
    ...toRows("Asks for", asked.length === 0 ? [] : [asked.join(", ")]),
    ["Libraries", `${count(libraries.length, "name")} that its loader finds`],
  ];
}
