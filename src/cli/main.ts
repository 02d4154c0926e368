#!/usr/bin/env node
/** The command line: its commands, and what becomes of an error. */
import { Command, CommanderError } from "commander";
import { VERSION, zstdDecoderName } from "../index.js";
import { createAnalyzeCommand } from "./analyze.js";
import { reportError } from "./error.js";
import { createExplainCommand } from "./explain.js";
import { createHostCommand } from "./host.js";
import { ignoreClosedPipe } from "./output.js";

const program = new Command("containerspec")
  .description(
    "Can this host library be bind-mounted into that container image? Answered from a tarball, before anything runs.",
  )
  .version(`${VERSION} (zstd by ${zstdDecoderName()})`)
  .showHelpAfterError("(containerspec --help lists commands and options)")
  .configureHelp({ helpWidth: 100 });

for (const command of [createAnalyzeCommand(), createHostCommand(), createExplainCommand()]) {
  command.copyInheritedSettings(program).exitOverride();
  program.addCommand(command);
}
program.exitOverride();

ignoreClosedPipe();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : reportError(error);
}
