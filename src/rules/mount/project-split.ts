import { PROJECTS, type Project } from "../../knowledge/projects.js";
import type { MountCase } from "../../mounts/mount-case.js";
import { isSameBuild } from "../../mounts/same-build.js";
import type { RootObject } from "../../mounts/subject.js";
import { baseName } from "../../rootfs/path.js";
import { hasTwin } from "../host-twin.js";
import { isPart } from "../project-part.js";
import { listSome } from "../wording.js";
import type { MountRule } from "../rule.js";

/** Parts of one project from the host, while its other parts stay those of the image: loadable, and wrong. */
export const projectSplit: MountRule = {
  id: "project-split",
  title: "A project's libraries are split between host and image",
  severity: "error",
  *check(mountCase) {
    // What no search reaches is in no process together with anything.
    if (!mountCase.isReached) return;
    for (const project of PROJECTS) {
      const mounted = mountCase.landings.filter(
        (landing) => isPart(project, landing.candidate.name, landing.candidate.elf.soname) && !isSameBuild(landing),
      );
      if (mounted.length === 0) continue;
      const staying = findStaying(project, mountCase);
      if (staying.length === 0) continue;
      const names = mounted.map(({ candidate }) => candidate.name);
      yield {
        message: `${listSome(names, 3)} of ${project.name} would come from the host, and ${listSome(
          staying.map(({ path }) => baseName(path)),
          3,
        )} ${staying.length === 1 ? "stays" : "stay"} the image's: they share ${project.shares}`,
        subjects: mounted.map(({ target }) => target),
        evidence: staying
          .slice(0, 20)
          .map(({ path }) => ({ kind: "file", role: `part of ${project.name} that stays`, path, side: "image" })),
      };
    }
  },
};

/** The image's parts of a project that are not replaced, and are not the host's build anyway. */
function findStaying(project: Project, { image, host, hidden }: MountCase): readonly RootObject[] {
  return image.objects.filter((object) => {
    if (hidden.has(object.node) || !isPart(project, baseName(object.path), object.elf.soname)) return false;
    return !hasTwin(host, object);
  });
}
