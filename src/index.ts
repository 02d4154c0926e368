/** The public API of containerspec, and nothing else. */
export { analyze } from "./analyze.js";
export { analyzeSeveral } from "./analyze-several.js";
export { type AnalyzeOptions } from "./analyze-options.js";
export { clearCache, measureCache, type CachePassword, type CacheSize } from "./clear-cache.js";
export { describeCpu, findCompilerFlags, type Compiler, type CpuProfile } from "./describe-cpu.js";
export { describeHost, summarizeHost } from "./describe-host.js";
export { findDrawnPrograms } from "./drawn-programs.js";
export { inspect, type InspectOptions } from "./inspect.js";
export { type InspectReport } from "./inspect-schema.js";
export { labels, writeLabels, type LabelReport, type WrittenLabels } from "./labels.js";
export { type LabelCheck } from "./labels/check.js";
export { type Label, type Undecided } from "./labels/family.js";
export { match } from "./match.js";
export { type MatchOptions } from "./match-options.js";
export { type MatchCell, type MatchedHost, type MatchedImage, type MatchReport, type Ranking } from "./match/matrix.js";
export { type Optimal } from "./match/optimal.js";
export { type Reason } from "./match/reason.js";
export { listRules, readRulePage } from "./explain.js";
export {
  diff,
  type FindingRow,
  type LibraryChange,
  type LibraryRow,
  type ReportDiff,
  type ReportName,
} from "./diff.js";
export {
  checkGate,
  checkGates,
  type Acceptance,
  type AcceptedFinding,
  type GateOptions,
  type GateResult,
  type Gates,
  type GatesOptions,
  type Policy,
  type PolicyFloors,
  type Requirement,
} from "./gate.js";
export { diffImages, type DiffImagesOptions } from "./diff-images.js";
export { findDiffKind, type DiffKind } from "./find-diff-kind.js";
export { type ImageDiff } from "./compare/images/image-diff-schema.js";
export { testImage } from "./test-image.js";
export { type TestReport, type TestResult } from "./structure/test-result.js";
export { type Host } from "./host/host.js";
export { type HostProfile } from "./host/profile-schema.js";
export { type HostSummary } from "./host/profile.js";
export {
  DEFAULT_CACHE_LIMITS,
  findCacheFolder,
  openCache,
  type CacheLimits,
  type LayerStore,
  type OpenCacheOptions,
} from "./open-cache.js";
export { packProfile } from "./profile-file.js";
export { type ReadCpuOptions } from "./read-cpu.js";
export { findPolicy, POLICY_FILE, readPolicy } from "./read-policy.js";
export { readReports } from "./report-file.js";
export { readProfileList, type AskedProfile } from "./read-profile.js";
export { readHost, type Progress, type ReadHostOptions } from "./read-host.js";
export {
  type CompanionMount,
  type Evidence,
  type Finding,
  type HostReport,
  type ImageReport,
  type LayerReport,
  type LibcReport,
  type LoaderOutcome,
  type MountPlan,
  type MountReport,
  type PlanDevice,
  type PlanKept,
  type PlanMount,
  type PlanVariable,
  type Report,
  type RuleReport,
  type SearchPlace,
  type Severity,
} from "./report.js";
export { type RuleFacts } from "./rules/rule.js";
export {
  ContainerspecError,
  CPU_LEVELS,
  DEFAULT_LIMITS,
  ERROR_CODES,
  findNamedCpu,
  hasReadZstd,
  IMAGE_PARTS,
  LIMIT_NAMES,
  MATCH_VERDICTS,
  toDisplayText,
  VERDICTS,
  VERSION,
  zstdDecoderName,
  type ErrorCode,
  type ErrorPlace,
  type ImagePart,
  type LimitKey,
  type Limits,
  type MatchVerdict,
  type NamedCpu,
  type Verdict,
} from "./vocabulary.js";
export { openTagSource, type OpenTagSource, type TagSourceOptions } from "./open-tag-source.js";
export { type TagRules } from "./choose-tag.js";
export { type Change, type Note } from "./dockerfile/plan-update.js";
export { type TagSource } from "./registry/tag-source.js";
export { openVersions } from "./open-versions.js";
export { readVersionsFile, type VersionSource } from "./versions-file.js";
export { findSharedNames, listBuilds, type Build, type BuildsOptions } from "./list-builds.js";
export { type ImageAtHand } from "./fill-lock.js";
export { update, type HostWarning, type UpdatedFile, type UpdateOptions } from "./update.js";
export { writeUpdate } from "./write-update.js";
export { type CiJob, type CiMatrix } from "./grid/ci-matrix.js";
export { type Grid, type GridCell, type GridMount, type Recipe } from "./grid/grid.js";
export { type GridMountAnswer, type GridReason, type GridReport, type GridReportCell } from "./grid/grid-report.js";
export { judgeGrid, type GridOptions } from "./judge-grid.js";
export { isAllWell, readGrid, toCiMatrix } from "./read-grid.js";
export { findStaleFiles, writeGrid } from "./write-grid.js";
export { describeArtifacts, type Artifact, type ArtifactOptions, type ImageArtifacts } from "./artifact.js";
export { writeArtifactLayout } from "./write-artifact-layout.js";
