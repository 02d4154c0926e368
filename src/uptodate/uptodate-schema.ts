/**
 * What an uptodate.yaml may say: https://vsoch.github.io/uptodate/docs/#/user-guide/user-guide. Every scalar is read as the text that
 * stands in the file, so that 22.10 is no 22.1. Values become words of a command, which workflows let a shell split: they are words.
 */
import { z } from "../schema.js";

/** What a shell takes as one word, and leaves as it is; a tilde that a word or value begins with is a home folder. */
const WORD = /^(?!~)(?!.*[=:]~)[\w.+:@/~=,%^-]+$/;
const MANY = "expected at least one";
const word = z
  .string()
  .regex(
    WORD,
    "expected one word of letters, digits and _ . + : @ / ~ = , % ^ -, which a shell leaves alone (~ not first)",
  );
const argName = z.string().regex(/^[A-Za-z_]\w*$/, "expected the name of an ARG");
const expression = z
  .string()
  .refine(isExpression, "expected a regular expression as JavaScript has them with the flag u");

const choice = {
  filter: z.array(expression).optional(),
  startat: word.optional(),
  endat: word.optional(),
  skips: z.array(word).optional(),
  includes: z.array(word).optional(),
};
const container = z.strictObject({ name: word, ...choice });
const buildArg = z.strictObject({
  key: word.optional(),
  name: word.optional(),
  type: z.enum(["manual", "container", "spack"]).optional(),
  versions: z.array(word).min(1, MANY).optional(),
  values: z.array(word).min(1, MANY).optional(),
  ...choice,
});
const lists = z.record(argName, z.array(word).min(1, MANY));
const hierarchy = z.strictObject({ container });
const builds = z.strictObject({
  active: z.enum(["true", "false"]).optional(),
  build_args: z.record(argName, buildArg),
  matrix: lists.optional(),
  exclude: lists.optional(),
  container_basename: word.optional(),
});

export const uptodateSchema = z.strictObject({
  dockerhierarchy: hierarchy.optional(),
  dockerbuild: builds.optional(),
});

export type UptodateText = z.infer<typeof uptodateSchema>;

/** The keys that there are below a path. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  const [first] = path;
  if (first === "dockerhierarchy") return Object.keys((path.length === 1 ? hierarchy : container).shape);
  if (first === "dockerbuild") return Object.keys((path.length === 1 ? builds : buildArg).shape);
  return Object.keys(uptodateSchema.shape);
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

/** Whether a value can stand in a command. */
export function isWord(text: string): boolean {
  return WORD.test(text);
}
