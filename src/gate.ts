/** The gate as a job of its own: a report that was made elsewhere, or read from a file, is held against it in the same way. */
export { checkGate, type GateOptions, type GateResult } from "./policy/gate.js";
