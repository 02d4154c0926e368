/** What an image holds, needs and offers, for people: a short summary, what is dangerous in it, and lists. */
import { toLogText } from "../display-text.js";
import type { InspectReport } from "../inspect-schema.js";
import { listSections } from "./inspect-lists.js";
import { describeMpi, describeStack, toRows, type Row } from "./stacks-text.js";
import { count, createStyle, joinNames, wrap, type Terminal } from "./terminal.js";

const LABEL = 11;

/**
 * The description of one image as a text.
 *
 * @param isWhole lists are not cut
 */
export function renderInspect(report: InspectReport, terminal: Terminal, isWhole = false): string {
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
  const lists = listSections(report, isWhole).flatMap(({ title: name, lines }) => ["", style.bold(name), ...lines]);
  return toLogText(`${[...rows, ...title, ...lists].join("\n")}\n`);
}

function listRows(report: InspectReport): readonly Row[] {
  const { image, libc, mpis, gpu, fabric, drivers, code } = report;
  const { source, reference, platform, layers } = image;
  const asked = drivers.filter(({ isThere }) => !isThere).map(({ name, project }) => `${name} (${project})`);
  const needs = listNeeds(report);
  return [
    [
      "Image",
      [source + (reference === undefined ? "" : `: ${reference}`), platform, count(layers, "layer")].join(", "),
    ],
    ...toRows(
      "",
      image.unreadLayers.length === 0 ? [] : [`${count(image.unreadLayers.length, "layer")} could not be read`],
    ),
    ...toRows("Base", describeBase(report)),
    ...toRows("Starts", describeStart(report)),
    ...toRows("Loader", describeLoader(report)),
    ["C library", libc.version === undefined ? libc.family : `${libc.family} ${libc.version}`],
    ...toRows("Needs", needs.length === 0 ? [] : [needs.join(", ")]),
    ...toRows(
      "Code",
      code === null ? [] : [`${code.level}, ${code.confidence} confidence, by ${code.by[0] ?? "none"}`],
    ),
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
    ["Holds", describeContent(report)],
    ...toRows(
      "",
      report.databases.flatMap(({ manager, path, problem }) =>
        problem === undefined ? [] : [`the packages of ${manager} in ${path} are not all known: ${problem}`],
      ),
    ),
  ];
}

function listNeeds({ floors }: InspectReport): readonly string[] {
  return [
    ...(floors.glibc === undefined ? [] : [`glibc ${floors.glibc}`]),
    ...(floors.glibcxx === undefined ? [] : [`GLIBCXX_${floors.glibcxx}`]),
    ...(floors.cxxabi === undefined ? [] : [`CXXABI_${floors.cxxabi}`]),
    ...(floors.kernel === undefined ? [] : [`Linux ${floors.kernel}`]),
    ...(floors.isa === undefined ? [] : [floors.isa]),
  ];
}

function describeBase({ base: { os, name, digest, by, layers } }: InspectReport): readonly string[] {
  const said = [name, digest].filter((one) => one !== undefined).join("@");
  return [
    ...(os === undefined ? [] : [os.prettyName === "" ? `${os.id} ${os.versionId}`.trim() : os.prettyName]),
    ...(said === "" ? [] : [`${said}, by ${by ?? "label"}`]),
    ...(layers === undefined ? [] : [`${layers.count} of ${count(layers.of, "layer")}, as its history suggests`]),
  ];
}

function describeStart({ process }: InspectReport): readonly string[] {
  const { entrypoint, command, user, workingFolder, programs, trouble, isOpen } = process;
  const words = [...entrypoint, ...command];
  if (words.length === 0) return ["nothing: it names no command"];
  const where = [
    ...(user === undefined ? [] : [`as ${user}`]),
    ...(workingFolder === "" ? [] : [`in ${workingFolder}`]),
  ];
  const last = programs.at(-1);
  return [
    `${words.map(quote).join(" ")}${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
    ...(last === undefined ? [] : [`which is ${last}${isOpen ? ", and starts whatever it is told to" : ""}`]),
    ...(trouble === undefined ? [] : [trouble]),
  ];
}

function describeLoader({ process: { variables, preload } }: InspectReport): readonly string[] {
  return [
    ...variables.map(({ name, value }) => `${name}=${value}`),
    ...(preload.length === 0 ? [] : [`/etc/ld.so.preload: ${preload.join(" ")}`]),
  ];
}

function describeContent({ programs, libraries, packages, databases }: InspectReport): string {
  const kinds = (["dynamic", "static", "script"] as const).flatMap((kind) => {
    const number = programs.filter((one) => one.kind === kind).length;
    return number === 0 ? [] : [kind === "script" ? count(number, "script") : `${number} ${kind}`];
  });
  const managers = [...new Set(packages.map(({ manager }) => manager))];
  return [
    `${count(programs.length, "program")}${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}`,
    count(libraries.length, "library name", "library names"),
    databases.length === 0
      ? "no database of packages"
      : `${count(packages.length, "package")}${managers.length === 0 ? "" : ` of ${joinNames(managers)}`}`,
  ].join(", ");
}

/** A word as a person would type it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
