/** The program as one value: its name, its commands, and the options that all of them have. */
import { Command } from "commander";
import { VERSION, zstdDecoderName } from "../vocabulary.js";
import { createCommands } from "./commands.js";
import { explainUsageErrors } from "./error.js";
import { behave, mannerOptions } from "./manners.js";
import { standardOutput } from "./terminal.js";

const HELP_WIDTH = 100;
const HELP = `
Examples:
  $ docker save app:1 -o app.tar
  $ containerspec analyze app.tar --library 'libmpi.so.*'      this machine's MPI, into that image
  $ containerspec host -o node.json                            on the cluster, once
  $ containerspec analyze app.tar --host node.json             anywhere, against that cluster`;

export function createProgram(): Command {
  const program = new Command("containerspec")
    .description(
      "Can this host library be bind-mounted into that container image? Answered from a tarball, before anything runs.",
    )
    .version(`${VERSION} (zstd by ${zstdDecoderName()})`)
    .addHelpText("after", HELP)
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(standardOutput().width, HELP_WIDTH) });
  for (const option of mannerOptions()) program.addOption(option);
  program.hook("preAction", () => {
    behave(program.opts());
  });
  for (const command of createCommands()) {
    command.copyInheritedSettings(program);
    explainUsageErrors(command, `containerspec ${command.name()}`);
    program.addCommand(command);
  }
  explainUsageErrors(program, "containerspec");
  return program;
}
