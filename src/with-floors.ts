/**
 * A report with what its image needs of a machine at least. Floors are told by programs, their notes and texts of the C library, which
 * `analyze` does not read: the image is read once more, as `match` reads it.
 */
import type { AnalyzeOptions } from "./analyze-options.js";
import { ContainerspecError } from "./errors.js";
import { openNeeds } from "./open-needs.js";
import type { Report } from "./report.js";

const ANY_MACHINE = "x86_64";

/** @throws ContainerspecError usage for standard input, which passes by once */
export async function withFloors(
  source: string,
  options: AnalyzeOptions,
  analyzeIt: () => Promise<Report>,
): Promise<Report> {
  if (options.describesFloors !== true) return analyzeIt();
  if (source === "-")
    throw new ContainerspecError(
      "usage",
      "Cannot find the floors of an image on standard input, which passes by once; save it to a file first",
    );
  const report = await analyzeIt();
  const { host } = options;
  const { described } = await openNeeds(source, host.machine ?? ANY_MACHINE, options);
  const { floors, unreadLayers } = described.need;
  // What a layer holds that nobody could read may ask for more.
  return unreadLayers.length > 0 ? report : { ...report, image: { ...report.image, floors } };
}
