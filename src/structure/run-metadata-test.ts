/** The metadataTest: what the configuration of an image says. A key that is not there is not tested; an empty list must be empty. */
import type { ImageConfig } from "../image/documents.js";
import type { TestFindings } from "./test-result.js";
import type { MetadataTest } from "./tests-schema.js";

type Expected = NonNullable<MetadataTest["labels"]>;

export function runMetadataTest(config: ImageConfig, test: MetadataTest): TestFindings {
  const env = new Map(config.env.map(splitVariable));
  const labels = new Map(Object.entries(config.labels));
  const { exposedPorts, volumes } = config.rest;
  const failures = [
    ...checkValues("the variable", env, test.envVars),
    ...(test.unboundEnvVars ?? []).flatMap(({ key }) =>
      env.has(key) ? [`the variable ${key} is set, to ${quote(env.get(key))}`] : [],
    ),
    ...checkValues("the label", labels, test.labels),
    ...checkList("the entry point", config.entrypoint, test.entrypoint),
    ...checkList("the command", config.cmd, test.cmd),
    ...checkMembers("the port", exposedPorts.flatMap(listPortNames), test.exposedPorts, "is not exposed"),
    ...checkNone("the port", exposedPorts.flatMap(listPortNames), test.unexposedPorts, "is exposed"),
    ...checkMembers("the volume", volumes, test.volumes, "is not there"),
    ...checkNone("the volume", volumes, test.unmountedVolumes, "is there"),
    ...checkText("the working folder", config.workingDir, test.workdir),
    ...checkText("the user", config.user ?? "", test.user),
  ];
  return { failures, doubts: [] };
}

function splitVariable(text: string): [string, string] {
  const equals = text.indexOf("=");
  return equals === -1 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

function checkValues(what: string, values: ReadonlyMap<string, string>, expected: Expected = []): readonly string[] {
  return expected.flatMap(({ key, value, isRegex }) => {
    const found = values.get(key);
    if (found === undefined) return [`${what} ${key} is not there`];
    if (isRegex === true ? new RegExp(value).test(found) : found === value) return [];
    return [`${what} ${key} is ${quote(found)}, expected ${isRegex === true ? "what matches " : ""}${quote(value)}`];
  });
}

function checkList(what: string, found: readonly string[], expected?: readonly string[]): readonly string[] {
  if (expected === undefined || JSON.stringify(found) === JSON.stringify(expected)) return [];
  return [`${what} is ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`];
}

function checkText(what: string, found: string, expected?: string): readonly string[] {
  return expected === undefined || found === expected
    ? []
    : [`${what} is ${quote(found)}, expected ${quote(expected)}`];
}

function checkMembers(what: string, found: readonly string[], expected: readonly string[] = [], lack: string) {
  return expected.filter((one) => !found.includes(one)).map((one) => `${what} ${one} ${lack}`);
}

function checkNone(what: string, found: readonly string[], unwanted: readonly string[] = [], presence: string) {
  return unwanted.filter((one) => found.includes(one)).map((one) => `${what} ${one} ${presence}`);
}

/** "8080/tcp" is also called 8080. */
function listPortNames(port: string): readonly string[] {
  return port.endsWith("/tcp") ? [port, port.slice(0, -"/tcp".length)] : [port];
}

function quote(text = ""): string {
  return JSON.stringify(text);
}
