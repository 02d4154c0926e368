/** All commands, in the order of the help. What prints or documents them takes them from here. */
import type { Command } from "commander";
import { createAnalyzeCommand } from "./analyze.js";
import { createArtifactCommand } from "./artifact.js";
import { createCacheCommand } from "./cache.js";
import { createUpdateCommand } from "./update.js";
import { createDiffCommand } from "./diff.js";
import { createDoctorCommand } from "./doctor.js";
import { createExplainCommand } from "./explain.js";
import { createGridCommand } from "./grid.js";
import { createHostCommand } from "./host.js";
import { createInspectCommand } from "./inspect.js";
import { createLabelsCommand } from "./labels.js";
import { createMatchCommand } from "./match.js";
import { createPolicyCommand } from "./policy.js";
import { createTestCommand } from "./test.js";

export function createCommands(): readonly Command[] {
  return [
    createAnalyzeCommand(),
    createHostCommand(),
    createInspectCommand(),
    createLabelsCommand(),
    createMatchCommand(),
    createArtifactCommand(),
    createDiffCommand(),
    createTestCommand(),
    createPolicyCommand(),
    createExplainCommand(),
    createUpdateCommand(),
    createGridCommand(),
    createCacheCommand(),
    createDoctorCommand(),
  ];
}
