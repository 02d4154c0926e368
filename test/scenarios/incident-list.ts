/** Every incident of fixtures/scenarios by its name, in the order in which the page lists them. */
import applicationWithItsOwnCLibrary from "../../fixtures/scenarios/incidents/application-with-its-own-c-library.js";
import boardSupportOfANewerHost from "../../fixtures/scenarios/incidents/board-support-of-a-newer-host.js";
import cLibraryAlone from "../../fixtures/scenarios/incidents/c-library-alone.js";
import driverFilesInTheImage from "../../fixtures/scenarios/incidents/driver-files-in-the-image.js";
import gbmWithoutBackend from "../../fixtures/scenarios/incidents/gbm-without-backend.js";
import glvndOfAMuchNewerHost from "../../fixtures/scenarios/incidents/glvnd-of-a-much-newer-host.js";
import glvndOfANewerHost from "../../fixtures/scenarios/incidents/glvnd-of-a-newer-host.js";
import hsaRuntimeOfANewerHost from "../../fixtures/scenarios/incidents/hsa-runtime-of-a-newer-host.js";
import mpiThroughItsClosure from "../../fixtures/scenarios/incidents/mpi-through-its-closure.js";
import mpiWithoutNewFunctions from "../../fixtures/scenarios/incidents/mpi-without-new-functions.js";
import muslImageWithAGlibcDriver from "../../fixtures/scenarios/incidents/musl-image-with-a-glibc-driver.js";
import oneDriverFileInTheImage from "../../fixtures/scenarios/incidents/one-driver-file-in-the-image.js";
import openclWithoutVendors from "../../fixtures/scenarios/incidents/opencl-without-vendors.js";
import rocblasWithoutKernels from "../../fixtures/scenarios/incidents/rocblas-without-kernels.js";
import rocmOfANewerHost from "../../fixtures/scenarios/incidents/rocm-of-a-newer-host.js";
import runtimeOfANewerCompiler from "../../fixtures/scenarios/incidents/runtime-of-a-newer-compiler.js";
import strayThreadLibrary from "../../fixtures/scenarios/incidents/stray-thread-library.js";
import tegraThroughItsDependency from "../../fixtures/scenarios/incidents/tegra-through-its-dependency.js";
import verbsProvidersOfAnotherRelease from "../../fixtures/scenarios/incidents/verbs-providers-of-another-release.js";
import verbsWithoutProviders from "../../fixtures/scenarios/incidents/verbs-without-providers.js";
import type { Incident } from "./incident.js";

export const INCIDENTS: Readonly<Record<string, Incident>> = {
  "glvnd-of-a-newer-host": glvndOfANewerHost,
  "glvnd-of-a-much-newer-host": glvndOfAMuchNewerHost,
  "application-with-its-own-c-library": applicationWithItsOwnCLibrary,
  "rocm-of-a-newer-host": rocmOfANewerHost,
  "runtime-of-a-newer-compiler": runtimeOfANewerCompiler,
  "hsa-runtime-of-a-newer-host": hsaRuntimeOfANewerHost,
  "mpi-through-its-closure": mpiThroughItsClosure,
  "mpi-without-new-functions": mpiWithoutNewFunctions,
  "verbs-providers-of-another-release": verbsProvidersOfAnotherRelease,
  "tegra-through-its-dependency": tegraThroughItsDependency,
  "board-support-of-a-newer-host": boardSupportOfANewerHost,
  "musl-image-with-a-glibc-driver": muslImageWithAGlibcDriver,
  "driver-files-in-the-image": driverFilesInTheImage,
  "one-driver-file-in-the-image": oneDriverFileInTheImage,
  "c-library-alone": cLibraryAlone,
  "stray-thread-library": strayThreadLibrary,
  "verbs-without-providers": verbsWithoutProviders,
  "opencl-without-vendors": openclWithoutVendors,
  "gbm-without-backend": gbmWithoutBackend,
  "rocblas-without-kernels": rocblasWithoutKernels,
};
