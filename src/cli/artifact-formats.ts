/** The forms of artifacts that are asked for: `--format nfd`, `--format compspec=app.json`. */
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";

const NAMES = ["nfd", "compspec", "ocifit", "oci-b", "oci-h", "oci-j"];

export interface ArtifactOutput {
  readonly format: string;
  /** undefined: standard output, or the layout where there is one */
  readonly file?: string;
}

/** One --format option. */
export function collectArtifactFormat(
  value: string,
  before: readonly ArtifactOutput[] = [],
): readonly ArtifactOutput[] {
  const [format = "", file] = value.split(/=(.*)/s);
  if (!NAMES.includes(format) || file === "")
    throw new InvalidArgumentError(`Expected one of ${NAMES.join(", ")}, or one with a file, as in nfd=app.yaml.`);
  if (before.some((other) => other.format === format))
    throw new InvalidArgumentError("Each form is written once; name another one.");
  if (file !== undefined && before.some((other) => other.file !== undefined && resolve(other.file) === resolve(file)))
    throw new InvalidArgumentError("Only one form can go to a file; name another file for the other form.");
  return [...before, file === undefined ? { format } : { format, file }];
}
