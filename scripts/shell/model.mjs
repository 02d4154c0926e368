/**
 * The command line as plain data, for completions and the manual page: taken from the definition that the program itself runs, so that
 * neither can name what there is not.
 */

/**
 * @typedef {{
 *   flags: string, short?: string, long?: string, description: string, takes: boolean, value: string,
 *   completes: "words" | "file" | "folder" | "none", words: string[]
 * }} OptionModel
 * @typedef {{
 *   name: string, summary: string, description: string, usage: string, after: string,
 *   arguments: { name: string, description: string }[], options: OptionModel[], operands: "file" | "folder" | "rule" | "words", words: string[]
 * }} CommandModel
 * @typedef {{ name: string, version: string, description: string, commands: CommandModel[], options: OptionModel[] }} ProgramModel
 */

/** What a value is that no choice names, by what stands in the flags. */
const PLACES = /** @type {const} */ ([
  [/<(?:folder|folder or URL)>/, "folder"],
  [/<file|\.json>|\[host\]|<source:target>/, "file"],
]);

/**
 * @param {import("commander").Command} program
 * @param {{ version: string, formats: string[], emitters: string[], levels: string[] }} words what no choices tell
 * @returns {ProgramModel}
 */
export function describeProgram(program, { version, formats, emitters, levels }) {
  const lists = new Map([
    ["--format <name[=file]>", formats],
    ["--emit <runtime[=file]>", emitters],
    ["--cpu <name>", levels],
  ]);
  return {
    name: program.name(),
    version,
    description: program.description(),
    options: describeOptions(program, lists),
    commands: program.commands
      .filter((command) => command.name() !== "help")
      .map((command) => describeCommand(command, lists)),
  };
}

/**
 * @param {import("commander").Command} command
 * @param {Map<string, string[]>} lists
 * @returns {CommandModel}
 */
function describeCommand(command, lists) {
  const words = { policy: ["check"], cache: ["clear"] }[command.name()] ?? [];
  const operands = command.name() === "explain" ? "rule" : words.length > 0 ? "words" : "file";
  return {
    name: command.name(),
    summary: command.summary(),
    description: command.description(),
    usage: command.usage(),
    after: afterOf(command),
    arguments: command.registeredArguments.map((one) => ({ name: one.name(), description: one.description })),
    options: describeOptions(command, lists),
    operands,
    words,
  };
}

/**
 * What the help says behind the options: exit codes and an example.
 *
 * @param {import("commander").Command} command
 */
function afterOf(command) {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return /(?:^|\n)((?:Verdicts|Exit codes|Example)[^]*)$/.exec(text)?.[1]?.trim() ?? "";
}

/**
 * @param {import("commander").Command} command
 * @param {Map<string, string[]>} lists
 * @returns {OptionModel[]}
 */
function describeOptions(command, lists) {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => {
      const words = option.argChoices ?? lists.get(option.flags) ?? [];
      const place = PLACES.find(([pattern]) => pattern.test(option.flags))?.[1];
      return {
        flags: option.flags,
        ...(option.short === undefined ? {} : { short: option.short }),
        ...(option.long === undefined ? {} : { long: option.long }),
        description: option.description,
        takes: option.required || option.optional,
        value: /[<[](.*)[>\]]$/.exec(option.flags)?.[1] ?? "",
        completes: words.length > 0 ? "words" : (place ?? "none"),
        words,
      };
    });
}

/** @param {OptionModel} option */
export function namesOf({ short, long }) {
  return [short, long].flatMap((name) => name ?? []);
}
