/**
 * Is this JSON a profile that this release can use? Whoever hands in another file, or one of another release, is told that, and
 * what to do; a profile that was damaged on its way is told where.
 */
import { ContainerspecError } from "../errors.js";
import { z } from "../schema.js";
import { PROFILE_KIND, profileSchema, type HostProfile } from "./profile-schema.js";

const headSchema = z.object({ kind: z.string().optional(), schemaVersion: z.string().optional() });

/**
 * JSON as a profile. Who wrote it is asked first: what another release wrote is told as that, and not by the first field that is
 * missing.
 *
 * @param source the file's name, for errors
 * @throws ContainerspecError not-a-host
 */
export function checkProfile(json: unknown, source: string): HostProfile {
  const head = headSchema.safeParse(json).data;
  if (head?.kind !== PROFILE_KIND) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: it is JSON, but no profile of containerspec (expected kind: ${PROFILE_KIND}); write one with \`containerspec host -o\``,
    );
  }
  if (head.schemaVersion?.startsWith("1.") !== true) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: its schemaVersion is ${head.schemaVersion ?? "missing"}, and this release reads 1.x; write it again with \`containerspec host -o\``,
    );
  }
  const parsed = profileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined ? "" : ` at ${issue.path.map(String).join(".")} (${issue.message})`;
  throw new ContainerspecError(
    "not-a-host",
    `Cannot use ${source} as host: the profile is damaged${place}; write it again with \`containerspec host -o\``,
  );
}
