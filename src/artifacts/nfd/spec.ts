/**
 * The shape of Node Feature Discovery's image compatibility specification, v1alpha1: sets of rules about features of nodes.
 * Source: api/image-compatibility/v1alpha1 and docs/usage/image-compatibility.md of kubernetes-sigs/node-feature-discovery, and its
 * NodeFeatureGroup, whose rules these are.
 */
import { z } from "../../schema.js";

export const VERSION = "v1alpha1";

const OPERATORS = [
  "",
  "In",
  "NotIn",
  "InRegexp",
  "Exists",
  "DoesNotExist",
  "Gt",
  "Ge",
  "Lt",
  "Le",
  "GtLt",
  "GeLe",
  "IsTrue",
  "IsFalse",
] as const;

const expressionSchema = z.looseObject({ op: z.enum(OPERATORS), value: z.array(z.string()).optional() });
const termSchema = z.looseObject({
  feature: z.string(),
  matchExpressions: z.record(z.string(), expressionSchema).optional(),
  matchName: expressionSchema.optional(),
});
const matcherSchema = z.array(termSchema);
const ruleSchema = z.looseObject({
  name: z.string(),
  matchFeatures: matcherSchema.optional(),
  matchAny: z.array(z.looseObject({ matchFeatures: matcherSchema })).optional(),
});

export const specSchema = z.looseObject({
  version: z.literal(VERSION),
  compatibilities: z.array(
    z.looseObject({
      rules: z.array(ruleSchema),
      weight: z.number().optional(),
      tag: z.string().optional(),
      description: z.string().optional(),
    }),
  ),
});

export type Spec = z.infer<typeof specSchema>;
export type CompatibilitySet = Spec["compatibilities"][number];
export type Rule = z.infer<typeof ruleSchema>;
export type Term = z.infer<typeof termSchema>;
