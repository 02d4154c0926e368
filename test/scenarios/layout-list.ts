/** Every layout of fixtures/scenarios by its name. */
import aarch64 from "../../fixtures/scenarios/layouts/aarch64.js";
import anotherMachine from "../../fixtures/scenarios/layouts/another-machine.js";
import arch from "../../fixtures/scenarios/layouts/arch.js";
import conda from "../../fixtures/scenarios/layouts/conda.js";
import distroless from "../../fixtures/scenarios/layouts/distroless.js";
import fedoraMultilib from "../../fixtures/scenarios/layouts/fedora-multilib.js";
import guix from "../../fixtures/scenarios/layouts/guix.js";
import libraryPathEnv from "../../fixtures/scenarios/layouts/library-path-env.js";
import mostly32Bit from "../../fixtures/scenarios/layouts/mostly-32-bit.js";
import nix from "../../fixtures/scenarios/layouts/nix.js";
import only32Bit from "../../fixtures/scenarios/layouts/only-32-bit.js";
import ppc64le from "../../fixtures/scenarios/layouts/ppc64le.js";
import scratch from "../../fixtures/scenarios/layouts/scratch.js";
import suse from "../../fixtures/scenarios/layouts/suse.js";
import usrLocal from "../../fixtures/scenarios/layouts/usr-local.js";
import type { Layout } from "./layout.js";

export const LAYOUTS: Readonly<Record<string, Layout>> = {
  aarch64,
  "another-machine": anotherMachine,
  arch,
  conda,
  distroless,
  "fedora-multilib": fedoraMultilib,
  guix,
  "library-path-env": libraryPathEnv,
  "mostly-32-bit": mostly32Bit,
  nix,
  "only-32-bit": only32Bit,
  ppc64le,
  scratch,
  suse,
  "usr-local": usrLocal,
};
