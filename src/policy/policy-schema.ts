/**
 * What a policy file may say. The published schema (docs/policy.schema.json) is made from this one, so that an editor and the program
 * agree. Every scalar is read as the text that stands in the file: 2.30 is no 2.3.
 */
import { CPU_LEVELS } from "../cpu/hwcaps.js";
import { VERDICTS, type Severity } from "../report.js";
import { z } from "../schema.js";

const SEVERITIES = ["error", "unknown", "warning", "note"] as const satisfies readonly Severity[];

/** An editor takes 2.34 for a number; here it is text. */
const release = z
  .string()
  .regex(/^\d+(\.\d+){1,2}$/, 'expected a release, such as "2.34"')
  .meta({ asEditorsSeeIt: { type: ["string", "number"] } });

const day = z
  .string()
  .refine(isDay, "expected a day of the calendar, such as 2027-06-30")
  .meta({ asEditorsSeeIt: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" } });

const text = z.string().regex(/\S/, "expected some text");
const glob = z.string().min(1, "expected a name or a pattern");
const flag = z.enum(["true", "false"]).meta({ asEditorsSeeIt: { type: "boolean" } });

const acceptance = z
  .strictObject({
    rule: text.meta({ description: "the rule whose findings are accepted; `containerspec explain` lists all" }),
    library: glob.optional().meta({ description: "only of libraries of this name; * and ? as in a shell" }),
    consumers: z
      .array(glob)
      .min(1)
      .optional()
      .meta({ description: "only where all programs and libraries that are concerned match one of these patterns" }),
    image: glob
      .optional()
      .meta({ description: "only in this image: its name with or without the tag, its file, or a pattern" }),
    host: glob.optional().meta({ description: "only on this host: its file or the name of its system, or a pattern" }),
    reason: text.meta({ description: "why it is no danger here" }),
    owner: text.meta({ description: "who answers for it" }),
    expires: day.meta({ description: "the last day on which it counts, such as 2027-06-30" }),
  })
  .meta({ description: "findings that do not fail the gate, for a reason and a time" });

const requirement = z
  .strictObject({
    library: glob.meta({ description: "the name of a library that must be mountable, such as libmpi.so.12" }),
    hosts: z
      .array(glob)
      .min(1)
      .optional()
      .meta({ description: "on these hosts, by file, name or pattern; on all where this is left out" }),
  })
  .meta({ description: "a library that must be mountable" });

const floors = z
  .strictObject({
    glibc: release.optional().meta({ description: "the image brings this release of glibc, or a newer one" }),
    kernel: release.optional().meta({ description: "the image starts on a kernel this old" }),
    isa: z
      .enum(CPU_LEVELS as readonly [string, ...string[]])
      .optional()
      .meta({ description: "the image runs on a CPU of this level, where it is for such a machine" }),
  })
  .meta({ description: "how old a C library, a kernel and a CPU the site has" });

export const policySchema = z.strictObject({
  $schema: z.string().optional().meta({ description: "where this schema is, for editors" }),
  "fail-on": z
    .enum([...VERDICTS, "never"])
    .optional()
    .meta({ description: "the mildest verdict that fails the gate, where --fail-on does not say it" }),
  "allow-unknown": flag.optional().meta({ description: "let unknown pass, as --allow-unknown does" }),
  hosts: z
    .array(text)
    .min(1)
    .optional()
    .meta({ description: "saved profiles, relative to this file, where --host names none" }),
  libraries: z
    .array(glob)
    .min(1)
    .optional()
    .meta({ description: "libraries to judge and to gate, where --library and --mount name none" }),
  required: z.array(requirement).optional().meta({ description: "libraries that must be mountable" }),
  severities: z
    .record(z.string(), z.enum(SEVERITIES))
    .optional()
    .meta({ description: "what a finding of a rule counts for at the gate" }),
  floors: floors.optional(),
  accept: z.array(acceptance).optional().meta({ description: "findings that are accepted" }),
});

/** The keys of each part, for a hint on one that there is not. */
export const POLICY_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(policySchema.shape),
  accept: Object.keys(acceptance.shape),
  required: Object.keys(requirement.shape),
  floors: Object.keys(floors.shape),
};

export type PolicyText = z.infer<typeof policySchema>;

function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** The schema that editors read, JSON Schema 2020-12. Which rules there are is the program's matter: another release has others. */
export function toEditorSchema(): object {
  return z.toJSONSchema(policySchema, {
    override: ({ jsonSchema }) => {
      const { asEditorsSeeIt } = jsonSchema as { asEditorsSeeIt?: object };
      if (asEditorsSeeIt === undefined) return;
      const { description } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      Object.assign(jsonSchema, asEditorsSeeIt, description === undefined ? {} : { description });
    },
  });
}
