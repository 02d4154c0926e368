#!/usr/bin/env node
/** The command line: the program at work, and what becomes of an error. */
import { reportError } from "./error.js";
import { watchStreams } from "./output.js";
import { createProgram } from "./program.js";

watchStreams();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
