/**
 * What plans are carried out with (test/plan/): an image of Debian 12 and two hosts, a cluster that is older than its containers and one
 * that is newer. As root, with mmdebstrap and the network that apt is set up with; what is there already costs nothing.
 */
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { makeLayout } from "./conformance/image-layout.mjs";
import { makeRoot, unpackRoot } from "./debian/root.mjs";

const OPEN_MPI_4 = `libopenmpi3 libhwloc15 libevent-core-2.1-7 libevent-pthreads-2.1-7 libpmix2 libfabric1 libibverbs1
  ibverbs-providers librdmacm1 libucx0 libpsm2-2 libpsm-infinipath1 libnl-3-200 libnl-route-3-200 libnuma1 libudev1 libuuid1 zlib1g`;
const OPEN_MPI_5 = "libopenmpi40 libpmix2t64 libhwloc15 libevent-core-2.1-7t64 libevent-pthreads-2.1-7t64 zlib1g";

const old = unpackRoot({
  name: "plan-host-bullseye",
  suite: "bullseye",
  packages: split(`base-files libc6 libgcc-s1 libstdc++6 libgfortran5 libquadmath0 ${OPEN_MPI_4}`),
});
// As update-alternatives does.
const link = join(old, "usr/lib/x86_64-linux-gnu/libpsm_infinipath.so.1");
if (!existsSync(link)) symlinkSync("../libpsm1/libpsm_infinipath.so.1.16", link);

unpackRoot({
  name: "plan-host-trixie",
  suite: "trixie",
  packages: split(`base-files libc6 libgcc-s1 ocl-icd-libopencl1 ${OPEN_MPI_5}`),
});

const root = makeRoot({
  name: "plan-image",
  suite: "bookworm",
  packages: ["python3-mpi4py", "openmpi-bin", "clinfo", "pocl-opencl-icd"],
});
await makeLayout({ name: "plan-image", root });

/** @param {string} names */
function split(names) {
  return names.trim().split(/\s+/);
}
