/** Which distribution the files are of: org.supercontainers.os.* of "compspec", whose extractor has them from os-release in this way. */
import type { InspectReport } from "../inspect-schema.js";
import { isSameRelease, isSameWord } from "./compare.js";
import { NOTHING, type LabelFamily } from "./family.js";

const NAME = "org.supercontainers.os.name";
const RELEASE = "org.supercontainers.os.release";
const VENDOR = "org.supercontainers.os.vendor";
const VERSION = "org.supercontainers.os.version";

export const OS_LABELS: LabelFamily = {
  keys: [
    { key: NAME, compare: "own" },
    { key: RELEASE, compare: "release" },
    { key: VENDOR, compare: "word" },
    { key: VERSION, compare: "release" },
  ],
  derive({ base: { os } }) {
    if (os === undefined) return NOTHING;
    const { id, versionId, name, prettyName, release } = os;
    const rows = [
      [NAME, name === "" ? prettyName : name, "NAME"],
      [RELEASE, release ?? "", "its point release"],
      [VENDOR, id, "ID"],
      [VERSION, versionId, "VERSION_ID"],
    ] as const;
    return {
      labels: rows.flatMap(([key, value, field]) =>
        value === ""
          ? []
          : [{ key, value, evidence: [`${field}${field === field.toUpperCase() ? " of os-release" : ""}`] }],
      ),
    };
  },
  holds(_key, value, { base: { os } }: InspectReport) {
    if (os === undefined) return undefined;
    const { id, name, prettyName, versionId } = os;
    if ([id, name, prettyName].some((one) => one !== "" && isSameWord(one, value))) return true;
    // "Debian GNU/Linux 12": the name, and how far the release is told.
    const known = [name, id].find((one) => one !== "" && value.toLowerCase().startsWith(`${one.toLowerCase()} `));
    return known !== undefined && isSameRelease(value.slice(known.length), versionId) === true;
  },
};
