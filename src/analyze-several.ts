/** Several images against one host, some at a time. A layer that they share is read once, where there is a cache. */
import { analyze } from "./analyze.js";
import type { AnalyzeOptions } from "./analyze-options.js";
import { ContainerspecError } from "./errors.js";
import { limitConcurrency } from "./image/concurrency.js";
import type { Report } from "./report.js";
import { withFloors } from "./with-floors.js";

/**
 * Reports in the order of the sources, which are as `analyze` takes them.
 *
 * @param jobs how many images are looked at together; each takes the memory of one
 * @throws ContainerspecError of the first source that cannot be analyzed; it names the source
 */
export async function analyzeSeveral(
  sources: readonly string[],
  { jobs, ...options }: AnalyzeOptions & { readonly jobs: number },
): Promise<readonly Report[]> {
  return limitConcurrency(
    sources,
    (source) => analyzeOne(source, sources.length === 1 ? options : withNamedProgress(source, options)),
    jobs,
  );
}

/** An error deep inside an archive does not know which of the images it is: the message says so in the end. */
async function analyzeOne(source: string, options: AnalyzeOptions): Promise<Report> {
  try {
    return await withFloors(source, options, () => analyze(source, options));
  } catch (error) {
    const name = nameOf(source);
    if (!(error instanceof ContainerspecError) || error.code === "usage" || error.message.includes(name)) throw error;
    throw new ContainerspecError(error.code, `${error.message}, in ${name}`, error.where, { cause: error });
  }
}

function withNamedProgress(source: string, options: AnalyzeOptions): AnalyzeOptions {
  const { onProgress } = options;
  if (onProgress === undefined) return options;
  return {
    ...options,
    onProgress: (progress) => onProgress({ ...progress, stage: `${nameOf(source)}: ${progress.stage}` }),
  };
}

function nameOf(source: string): string {
  return source === "-" ? "standard input" : source;
}
