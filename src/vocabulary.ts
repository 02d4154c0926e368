/**
 * The words that a command line is made of, and the one error type: part of the public API, apart from the jobs, since whoever only
 * reads options or prints help should not wait for the loader's code to be read.
 */
export { IMAGE_PARTS, type ImagePart } from "./compare/images/image-parts.js";
export { CPU_LEVELS } from "./cpu/hwcaps.js";
export { findNamedCpu, type NamedCpu } from "./cpu/named-cpu.js";
export { toDisplayText, toLogText } from "./display-text.js";
export { ContainerspecError, ERROR_CODES, findSystemReason, type ErrorCode, type ErrorPlace } from "./errors.js";
export { DEFAULT_LIMITS, LIMIT_NAMES, type LimitKey, type Limits } from "./image/limits.js";
export { MATCH_VERDICTS, type MatchVerdict } from "./match/reason.js";
export { VERDICTS, type Verdict } from "./report.js";
export { VERSION } from "./version.js";
export { hasReadZstd, zstdDecoderName } from "./image/zstd-decoder.js";
