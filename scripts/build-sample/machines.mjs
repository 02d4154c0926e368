/** The machines that the sample image is built for, and what differs between them. */

/**
 * @typedef {object} Machine
 * @property {string} architecture as in an OCI platform
 * @property {string} compiler
 * @property {string} debianPackage what to install for the compiler
 * @property {string} triplet the folder of libraries, as Debian names it
 * @property {string} loader DT_SONAME of the dynamic loader
 * @property {string} interpreter PT_INTERP of the programs
 * @property {readonly string[]} flags
 */

/** @type {readonly Machine[]} */
export const MACHINES = [
  {
    architecture: "amd64",
    compiler: process.arch === "x64" ? "gcc" : "x86_64-linux-gnu-gcc",
    debianPackage: process.arch === "x64" ? "gcc" : "gcc-x86-64-linux-gnu",
    triplet: "x86_64-linux-gnu",
    loader: "ld-linux-x86-64.so.2",
    interpreter: "/lib64/ld-linux-x86-64.so.2",
    flags: ["-fcf-protection=none"],
  },
  {
    architecture: "arm64",
    compiler: process.arch === "arm64" ? "gcc" : "aarch64-linux-gnu-gcc",
    debianPackage: process.arch === "arm64" ? "gcc" : "gcc-aarch64-linux-gnu",
    triplet: "aarch64-linux-gnu",
    loader: "ld-linux-aarch64.so.1",
    interpreter: "/lib/ld-linux-aarch64.so.1",
    flags: ["-mbranch-protection=none"],
  },
];
