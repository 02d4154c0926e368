/** Completion for fish: a line for each command and option. */

/** @param {import("./model.mjs").ProgramModel} program */
export function renderFish({ name, commands, options }) {
  const lines = [
    `# fish completion for ${name}, made by scripts/write-shell-files.mjs from the program's own definition.`,
    `complete -c ${name} -f`,
    ...commands.map(
      (command) => `complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
    ),
    ...options.map((option) => renderOption(name, option)),
    ...commands.flatMap((command) => {
      const seen = `__fish_seen_subcommand_from ${command.name}`;
      const operands = {
        file: "-F",
        folder: "-xa '(__fish_complete_directories)'",
        words: `-xa ${quote(command.words.join(" "))}`,
        rule: `-xa ${quote(`(${name} explain 2>/dev/null | cut -d ' ' -f 1)`)}`,
      }[command.operands];
      return [
        `complete -c ${name} -n ${quote(seen)} ${operands}`,
        ...command.options.map((option) => renderOption(name, option, seen)),
      ];
    }),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * @param {string} name
 * @param {import("./model.mjs").OptionModel} option
 * @param {string} [condition]
 */
function renderOption(name, option, condition) {
  const parts = [
    `complete -c ${name}`,
    ...(condition === undefined ? [] : [`-n ${quote(condition)}`]),
    ...(option.short === undefined ? [] : [`-s ${option.short.slice(1)}`]),
    ...(option.long === undefined ? [] : [`-l ${option.long.slice(2)}`]),
  ];
  if (option.takes) {
    const values = {
      words: `-xa ${quote(option.words.join(" "))}`,
      file: "-rF",
      folder: "-xa '(__fish_complete_directories)'",
      none: "-x",
    };
    parts.push(values[option.completes]);
  }
  return [...parts, `-d ${quote(option.description)}`].join(" ");
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
