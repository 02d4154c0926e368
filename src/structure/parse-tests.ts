/** The text of a file of tests to ImageTests. What this program cannot answer is refused by its name: a test that is passed over passes. */
import { ContainerspecError } from "../errors.js";
import { parseYaml, type YamlDocument } from "../yaml.js";
import { describeFaults, listFaults, type Fault } from "../yaml-faults.js";
import { knownKeys, testsSchema, type ImageTests } from "./tests-schema.js";

/** Kinds of tests and settings of container-structure-test that nothing here can answer, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  commandTests: "it needs a running container, and containerspec starts none",
  fileContentTests: "it reads the content of any file, of which containerspec keeps those that a loader reads",
  licenseTests: "it reads the content of any file, of which containerspec keeps those that a loader reads",
  globalEnvVars: "it is for commandTests, which need a running container",
  containerRunOptions: "it is for commandTests, which need a running container",
};

/**
 * @param source the file, for messages
 * @throws ContainerspecError not-image-tests, with every fault up to five
 */
export function parseTests(text: string, source: string): ImageTests {
  const document = parseYaml(text, { scalars: "text" });
  if (document.kind === "fault") throw refuse(source, [document]);
  const refused = listRefused(document);
  if (refused.length > 0) throw refuse(source, refused);
  const read = testsSchema.safeParse(document.value);
  if (!read.success) throw refuse(source, listFaults(read.error.issues, document, knownKeys));
  return read.data;
}

function listRefused({ value, placeOf }: YamlDocument): readonly Fault[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const why = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
    return why === undefined ? [] : [{ message: `${key}: ${why}`, place: placeOf([key]) }];
  });
}

function refuse(source: string, faults: readonly Fault[]): ContainerspecError {
  return new ContainerspecError(
    "not-image-tests",
    `Cannot use the tests ${source}: ${describeFaults(faults)}; docs/elf-tests.md has all keys`,
    { path: source },
  );
}
