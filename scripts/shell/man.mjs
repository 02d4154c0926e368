/** The manual page, in the man macros that groff and mandoc both know. */

/** columns of a line, before what is escaped in it gets longer */
const WIDTH = 70;

/**
 * @param {import("./model.mjs").ProgramModel} program
 * @param {readonly { name: string, meaning: string }[]} exits
 * @param {readonly { name: string, meaning: string }[]} variables
 */
export function renderMan({ name, version, description, commands, options }, exits, variables) {
  const lines = [
    `.\\" Made by scripts/write-shell-files.mjs from the program's own definition.`,
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    ".SH NAME",
    `${name} \\- which host libraries may be mounted into a container image`,
    ".SH SYNOPSIS",
    ...commands.flatMap((command, index) => [
      ...(index === 0 ? [] : [".br"]),
      `.B ${name} ${command.name}`,
      escape(command.usage),
    ]),
    ".SH DESCRIPTION",
    fill(description),
    "Results go to standard output; progress, warnings and errors to standard error.",
    ".SH OPTIONS OF EVERY COMMAND",
    ...options.flatMap(renderOption),
    ...commands.flatMap((command) => [
      `.SH ${escape(`${name} ${command.name}`.toUpperCase())}`,
      fill(command.description),
      ...command.arguments.flatMap((one) => [".TP", `.I ${escape(one.name)}`, fill(one.description)]),
      ...command.options.filter(({ long }) => long !== "--help").flatMap(renderOption),
      ...(command.after === "" ? [] : [".PP", ".nf", ...command.after.split("\n").map(escape), ".fi"]),
    ]),
    ".SH EXIT STATUS",
    ...exits.flatMap((row) => [".TP", `.B ${escape(row.name)}`, fill(row.meaning)]),
    ".SH ENVIRONMENT",
    ...variables.flatMap((row) => [".TP", `.B ${escape(row.name)}`, fill(row.meaning)]),
    ".SH SEE ALSO",
    ".BR ld.so (8),",
    ".BR ldconfig (8)",
  ];
  return `${lines.join("\n")}\n`;
}

/** @param {import("./model.mjs").OptionModel} option */
function renderOption({ flags, description }) {
  return [".TP", `.B ${escape(flags)}`, fill(description)];
}

/**
 * Text in lines of the source that people can read, each a line of text.
 *
 * @param {string} text
 */
function fill(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map(escape).join("\n");
}

/**
 * A line of text: no macro, no escape, and hyphens that can be copied.
 *
 * @param {string} text
 */
function escape(text) {
  const line = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").trimEnd();
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
