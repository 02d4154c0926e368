/**
 * What Linux says of a CPU, in one shape for each machine. The kernel's own text and lscpu's differ in their keys only, which are
 * told here by both names: /proc/cpuinfo's first.
 */
import { splitWords, type CpuDescription } from "../description.js";
import { toNumber } from "./fields.js";
import { findRiscvCore, toArmPart, toArmVendor } from "./makers.js";

type Fields = ReadonlyMap<string, string>;

/** The CPU that one processor's lines describe; undefined where they describe none. */
export function describeLinuxCpu(fields: Fields): CpuDescription | undefined {
  const architecture = fields.get("Architecture");
  if (fields.get("isa") ?? fields.get("ISA")) return describeRiscv(fields);
  if (fields.has("CPU implementer") || /^(aarch64|arm)/.test(architecture ?? "")) return describeArm(fields);
  if (/^IBM\/S390/.test(vendorOf(fields))) return describeZ(fields);
  if (fields.has("flags") || fields.has("Flags")) return describeX86(fields);
  return describePower(fields);
}

function vendorOf(fields: Fields): string {
  return fields.get("vendor_id") ?? fields.get("Vendor ID") ?? "";
}

function describeX86(fields: Fields): CpuDescription | undefined {
  const features = splitWords(fields.get("flags") ?? fields.get("Flags") ?? "");
  if (features.length === 0) return undefined;
  const family = toNumber(fields.get("cpu family") ?? fields.get("CPU family"));
  const model = toNumber(fields.get("model") ?? fields.get("Model"));
  const stepping = toNumber(fields.get("stepping") ?? fields.get("Stepping"));
  return {
    // "long mode": under a 32-bit kernel /proc/cpuinfo shows it too, and lscpu says which kernel it is.
    machines:
      features.includes("lm") && !/^i\d86/.test(fields.get("Architecture") ?? "")
        ? ["x86_64", "x86"]
        : ["x86", "x86_64"],
    vendor: vendorOf(fields),
    features,
    ...(family === undefined || model === undefined
      ? {}
      : { model: { family, model, ...(stepping === undefined ? {} : { stepping }) } }),
  };
}

function describeArm(fields: Fields): CpuDescription | undefined {
  const features = splitWords(fields.get("Features") ?? fields.get("Flags") ?? "");
  const part = fields.get("CPU part")?.toLowerCase() ?? toArmPart(fields.get("Model name") ?? "");
  // Of 32-bit processes a 64-bit kernel shows what it has for them, which "asimd" is not among.
  const is64 = features.includes("asimd") || fields.get("Architecture")?.startsWith("aarch64") === true;
  return {
    machines: is64 ? ["aarch64", "arm"] : ["arm", "aarch64"],
    vendor: toArmVendor(fields.get("CPU implementer") ?? fields.get("Vendor ID") ?? ""),
    features,
    ...(part === undefined ? {} : { part }),
  };
}

/** POWER's text does not tell which way round its bytes are; before POWER8 Linux had them in one way. */
function describePower(fields: Fields): CpuDescription | undefined {
  const digits = /\bPOWER(\d{1,2})/i.exec(fields.get("cpu") ?? fields.get("Model name") ?? "")?.[1];
  const architecture = fields.get("Architecture") ?? "";
  if (digits === undefined && !architecture.startsWith("ppc")) return undefined;
  const generation = Number(digits ?? 0);
  const big = ["ppc64", "ppc"] as const;
  const machines =
    architecture === "ppc64" || generation < 8
      ? ([...big, "ppc64le", "ppcle"] as const)
      : (["ppc64le", "ppcle", ...big] as const);
  return { machines, vendor: "IBM", features: [], generation };
}

function describeZ(fields: Fields): CpuDescription {
  const number = fields.get("Machine type") ?? /machine = (\d+)/.exec(fields.get("processor 0") ?? "")?.[1];
  return {
    machines: ["s390x"],
    vendor: "IBM/S390",
    features: splitWords(fields.get("features") ?? fields.get("Flags") ?? ""),
    ...(number === undefined ? {} : { machineType: number }),
  };
}

/** "rv64imafdcv_zicsr_zba": letters stand for extensions of one letter, longer names follow after underscores. */
function describeRiscv(fields: Fields): CpuDescription {
  const isa = (fields.get("isa") ?? fields.get("ISA") ?? "").toLowerCase();
  const [, bits = "64", letters = "", longer = ""] = /^rv(\d+)([a-z]*?)((?:_|[zsx][a-z]+\d*).*)?$/.exec(isa) ?? [];
  const single = Array.from(letters.replace("g", "imafd"));
  const implied = letters.includes("b") ? ["zba", "zbb", "zbs"] : [];
  const core = findRiscvCore(fields.get("uarch"), fields.get("model name"), fields.get("Model name"));
  return {
    machines: [bits === "32" ? "riscv32" : "riscv64"],
    vendor: core?.vendor ?? "",
    features: splitWords([...single, ...implied, ...longer.split("_")].join(" ")),
    ...(core === undefined ? {} : { called: core.called }),
  };
}
