/** Which libraries belong to a project whose parts are built together, by their file names and DT_SONAMEs. */
import { PROJECTS, type Project } from "../knowledge/projects.js";
import type { RootObject } from "../mounts/subject.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { baseName } from "../rootfs/path.js";

/** Whether a file of this name and DT_SONAME is a part of the project. */
export function isPart(project: Project, name: string, soname: string | undefined): boolean {
  return projectsOf(name).includes(project) || (soname !== undefined && projectsOf(soname).includes(project));
}

/** Whether some project has both files among its parts. */
export function areParts(a: Part, b: Part): boolean {
  return PROJECTS.some((project) => [a, b].every(({ path, elf }) => isPart(project, baseName(path), elf.soname)));
}

type Part = Pick<RootObject, "path" | "elf">;

const byName = new Map<string, readonly Project[]>();

/** The projects that claim a name; asked for every library of the image, again and again. */
function projectsOf(name: string): readonly Project[] {
  let projects = byName.get(name);
  if (projects === undefined) {
    projects = PROJECTS.filter(({ members }) => matchesAnyGlob(members, name));
    byName.set(name, projects);
  }
  return projects;
}
