/**
 * An image in the layout of Fedora and RHEL, and a Debian host, both of one machine: libraries in /usr/lib64 meet those of a
 * multiarch folder.
 */
import type { MachineName } from "../support/elf-machines.js";
import { defineLayout, glibcIn, libnewer, LIBNEWER_BREAKS, libz, zip, type Layout } from "./layout.js";

const LINKS = { "/lib": { link: "usr/lib" }, "/lib64": { link: "usr/lib64" } };

/**
 * @param architecture the image's, as its config spells it
 * @param interp where the loader of both lies: the path that programs name, below /usr
 * @param triplet Debian's
 */
export function defineLib64Layout(
  machine: MachineName,
  architecture: string,
  interp: `/${string}`,
  triplet: string,
): Layout {
  const hostFolder = `/usr/lib/${triplet}`;
  const loader = { machine, interp: `/usr${interp}` };
  const folders = ["/lib64", "/usr/lib64"];
  return defineLayout({
    image: {
      architecture,
      layers: [
        {
          ...LINKS,
          ...glibcIn({ ...loader, folder: "/usr/lib64", searched: folders, version: "2.34" }),
          ...libz("/usr/lib64/libz.so.1", "image", undefined, { machine }),
          "/usr/bin/zip": zip(interp, { machine }),
        },
      ],
    },
    host: {
      ...LINKS,
      ...glibcIn({
        ...loader,
        folder: hostFolder,
        searched: [`/lib/${triplet}`, hostFolder, "/lib", "/usr/lib"],
        version: "2.36",
      }),
      ...libz(`${hostFolder}/libz.so.1`, "host", undefined, { machine }),
      ...libnewer(hostFolder, { machine }),
    },
    questions: [
      { library: "libz.so.1", target: "/lib64/libz.so.1", loader: "ok", verdict: "safe", findings: [] },
      LIBNEWER_BREAKS,
    ],
  });
}
