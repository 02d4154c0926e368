/** Six saved hosts of Debian, that differ in machine, CPU and kernel, and in what is known of them. */
import { describeSystem } from "./debian-images.js";
import { CPUINFO, type HostOf } from "./hosts.js";

export const DEBIAN_HOSTS: Readonly<Record<string, HostOf>> = {
  new: { system: describeSystem("trixie", "amd64"), kernel: "6.12.48+deb13-amd64", cpuinfo: CPUINFO.v4 },
  unknown: { system: describeSystem("bookworm", "amd64") },
  old: { system: describeSystem("bullseye", "amd64"), kernel: "2.6.32-754.el6.x86_64", cpuinfo: CPUINFO.v2 },
  arm: { system: describeSystem("bookworm", "arm64"), kernel: "5.10.0-28-arm64", cpuinfo: CPUINFO.neoverse },
  "old-arm": { system: describeSystem("bullseye", "arm64"), kernel: "3.4.0" },
  mainframe: { system: describeSystem("bookworm", "s390x"), kernel: "4.12.14", cpuinfo: CPUINFO.z14 },
};
