/** The gate as a job of its own: a report that was made elsewhere, or read from a file, is held against it in the same way. */
export { checkGate, type AcceptedFinding, type GateOptions, type GateResult } from "./policy/gate.js";
export { checkGates, type Gates, type GatesOptions } from "./policy/gates.js";
export { type Acceptance, type Policy, type PolicyFloors, type Requirement } from "./policy/policy.js";
