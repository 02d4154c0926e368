/** The public API of containerspec, and nothing else. */
export { analyze } from "./analyze.js";
export {
  CPU_LEVELS,
  DEFAULT_LIMITS,
  LIMIT_NAMES,
  type AnalyzeOptions,
  type LimitKey,
  type Limits,
} from "./analyze-options.js";
export { toDisplayText } from "./display-text.js";
export { describeHost } from "./describe-host.js";
export { ContainerspecError, ERROR_CODES, type ErrorCode, type ErrorPlace } from "./errors.js";
export { listRules, readRulePage } from "./explain.js";
export { checkGate, type GateOptions, type GateResult } from "./gate.js";
export { type Host } from "./host/host.js";
export { type HostProfile } from "./host/profile-schema.js";
export {
  clearCache,
  DEFAULT_CACHE_LIMITS,
  findCacheFolder,
  measureCache,
  openCache,
  type CacheLimits,
  type CacheSize,
  type LayerStore,
  type OpenCacheOptions,
} from "./open-cache.js";
export { readHost, type Progress, type ReadHostOptions } from "./read-host.js";
export {
  VERDICTS,
  type CompanionMount,
  type Evidence,
  type Finding,
  type HostReport,
  type ImageReport,
  type LayerReport,
  type LibcReport,
  type LoaderOutcome,
  type MountReport,
  type Report,
  type RuleReport,
  type SearchPlace,
  type Severity,
  type Verdict,
} from "./report.js";
export { type RuleFacts } from "./rules/rule.js";
export { hasReadZstd, VERSION, zstdDecoderName } from "./version.js";
