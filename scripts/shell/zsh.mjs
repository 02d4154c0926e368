/** Completion for zsh: _arguments for each command. */
import { namesOf } from "./model.mjs";

/** @param {import("./model.mjs").ProgramModel} program */
export function renderZsh({ name, commands, options }) {
  const globals = options.map((option) => `    ${renderOption(option)} \\\n`).join("");
  return `#compdef ${name}
# zsh completion for ${name}, made by scripts/write-shell-files.mjs from the program's own definition.

_${name}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${globals}    '1:command:->command' '*::argument:->argument' && return
  case $state in
  command)
    local -a commands=(
${commands.map(({ name: command, summary }) => `      ${quote(`${command}:${summary.replaceAll(":", "\\:")}`)}\n`).join("")}    )
    _describe command commands
    ;;
  argument)
    case $words[1] in
${commands.map((command) => renderCommand(name, command, globals)).join("")}    esac
    ;;
  esac
}

_${name}_rules() {
  local -a rules=(\${(f)"$(${name} explain 2>/dev/null | cut -d ' ' -f 1)"})
  _describe rule rules
}

if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

/**
 * @param {string} name
 * @param {import("./model.mjs").CommandModel} command
 * @param {string} globals
 */
function renderCommand(name, command, globals) {
  const own = command.options.map((option) => `    ${renderOption(option)} \\\n`).join("");
  const operands = {
    file: "'*:file:_files'",
    folder: "'*:folder:_files -/'",
    words: `'1:what:(${command.words.join(" ")})' '*:file:_files'`,
    rule: `'1:rule:_${name}_rules'`,
  }[command.operands];
  return `    ${command.name}) _arguments \\\n${own}${globals}    ${operands} ;;\n`;
}

/** @param {import("./model.mjs").OptionModel} option */
function renderOption(option) {
  const names = namesOf(option);
  const text = option.description.replace(/[[\]]/g, "\\$&");
  const action = { words: `(${option.words.join(" ")})`, file: "_files", folder: "_files -/", none: " " }[
    option.completes
  ];
  const value = option.takes ? `:${option.value.replaceAll(":", " ").replace(/[[\]]/g, "")}:${action}` : "";
  return names.map((flag) => quote(`*${flag}[${text}]${value}`)).join(" ");
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
