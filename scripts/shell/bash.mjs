/** Completion for bash, with what bash itself has. */
import { namesOf } from "./model.mjs";

/** @param {import("./model.mjs").ProgramModel} program */
export function renderBash({ name, commands, options }) {
  const all = options.flatMap(namesOf);
  return `# bash completion for ${name}, made by scripts/write-shell-files.mjs from the program's own definition.

_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
    ${commands.map((command) => command.name).join(" | ")}) command=$word && break ;;
    esac
  done
  case $command,$prev in
${[...options.map((option) => renderValue("*", option)), ...commands.flatMap((command) => command.options.map((option) => renderValue(command.name, option)))].join("")}  esac
  case $command in
  "") _${name}_words "${[...commands.map((command) => command.name), ...all].join(" ")}" ;;
${commands.map((command) => renderCommand(name, command, all)).join("")}  esac
}

_${name}_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_${name}_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "\${1:--f}" -- "$cur")
}

complete -F _${name} ${name}
`;
}

/**
 * @param {string} command
 * @param {import("./model.mjs").OptionModel} option
 */
function renderValue(command, option) {
  if (!option.takes) return "";
  const patterns = namesOf(option).map((flag) => `${command},${flag}`);
  const action = {
    words: `_containerspec_words "${option.words.join(" ")}"`,
    file: "_containerspec_files",
    folder: "_containerspec_files -d",
    none: "COMPREPLY=()",
  }[option.completes];
  return `  ${patterns.join(" | ")}) ${action} && return ;;\n`;
}

/**
 * @param {string} name
 * @param {import("./model.mjs").CommandModel} command
 * @param {string[]} all
 */
function renderCommand(name, command, all) {
  const flags = [...command.options.flatMap(namesOf), ...all].join(" ");
  const operands = {
    file: `_${name}_files`,
    folder: `_${name}_files -d`,
    words: `_${name}_words "${command.words.join(" ")}"`,
    rule: `_${name}_words "$(${name} explain 2>/dev/null | cut -d ' ' -f 1)"`,
  }[command.operands];
  return `  ${command.name}) if [[ $cur == -* ]]; then _${name}_words "${flags}"; else ${operands}; fi ;;\n`;
}
