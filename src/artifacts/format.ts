/** A form of compatibility artifacts: how claims are written in it, and what it says where it is read. */
import type { Claims } from "./claims.js";

export interface ArtifactFormat {
  readonly name: string;
  /** whose form it is, for people */
  readonly title: string;
  /** whether some program takes it, or it was proposed and never adopted */
  readonly status: "in use" | "draft";
  /** of the artifact's manifest */
  readonly artifactType: string;
  /** of its only layer */
  readonly mediaType: string;
  /** what its file is called */
  readonly fileName: string;
  readonly write: (claims: Claims) => string;
  /**
   * What a document says: JSON, or YAML's JSON.
   *
   * @returns undefined where it is of another form
   */
  readonly read: (document: unknown) => Claims | undefined;
}

/** Claims that nothing is known of. */
export const NO_CLAIMS: Claims = {
  subject: {},
  mpi: [],
  gpu: [],
  fabric: [],
  refusesBelow: {},
  madeFor: {},
  needs: [],
};

/** JSON as every one of these files has it. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
