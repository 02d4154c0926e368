/** One of fileExistenceTests: whether something is at a path, as lstat(2) sees it, with which permissions and whose. */
import type { RootFilesystem, RootNode } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath, toBytePath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { TestFindings } from "./test-result.js";
import type { FileTest } from "./tests-schema.js";

type Node = RootNode<unknown>;

const EXECUTE = { owner: 0o100, group: 0o010, other: 0o001, any: 0o111 } as const;

export function runFileTest(root: RootFilesystem<unknown>, test: FileTest): TestFindings {
  const { path, shouldExist = true } = test;
  const node = findNode(root, toBytePath(path));
  if (node?.kind === "unread") return { failures: [], doubts: [`${path} cannot be read: ${node.reason}`] };
  if (node === undefined) return { failures: shouldExist ? [`there is no ${path}`] : [], doubts: [] };
  if (!shouldExist) return { failures: [`there is a ${path}, where none should be`], doubts: [] };
  return checkNode(test, node);
}

/** The last name is not followed: a link is what is there. */
function findNode(root: RootFilesystem<unknown>, path: string): Node | undefined {
  if (path === "/") return root.lookup("/");
  const folder = resolvePath(root, parentPath(path));
  if (folder === undefined || folder.node.kind === "unread") return folder?.node;
  return root.lookup(joinPath(folder.path, baseName(path)));
}

function checkNode({ path, permissions, uid, gid, isExecutableBy }: FileTest, node: Node): TestFindings {
  const failures: string[] = [];
  const doubts: string[] = [];
  const mode = findMode(node);
  if (permissions !== undefined || isExecutableBy !== undefined) {
    if (mode === undefined) doubts.push(`the permissions of ${path} are not known`);
    else {
      const forms = renderMode(node, mode);
      if (permissions !== undefined && !forms.includes(permissions))
        failures.push(`${path} has the permissions ${forms[0] ?? ""}, expected ${permissions}`);
      if (isExecutableBy !== undefined && (mode & EXECUTE[isExecutableBy]) === 0)
        failures.push(`${path} has the permissions ${forms[0] ?? ""}, which let ${isExecutableBy} execute nothing`);
    }
  }
  const [user = "0", group = "0"] = (node.owner ?? "0:0").split(":");
  for (const [what, expected, found] of [["uid", uid, user] as const, ["gid", gid, group] as const]) {
    if (expected === undefined) continue;
    if (found === "?") doubts.push(`the ${what} of ${path} cannot be read`);
    else if (Number(found) !== expected) failures.push(`${path} has the ${what} ${found}, expected ${expected}`);
  }
  return { failures, doubts };
}

/** Of links the kernel ignores the mode, and tools show all bits. */
function findMode(node: Node): number | undefined {
  if (node.kind === "symlink") return 0o777;
  return node.kind === "file" || node.kind === "directory" ? node.mode : undefined;
}

/** As ls(1) writes it, and as Go's FileMode does, which container-structure-test compares with. */
function renderMode(node: Node, mode: number): readonly string[] {
  const letter = node.kind === "directory" ? "d" : node.kind === "symlink" ? "l" : "-";
  const bits = [6, 3, 0].map((shift) => renderTriple(mode >> shift));
  const [owner = "", group = "", other = ""] = bits;
  const unix = [
    withMark(owner, mode & 0o4000, "s"),
    withMark(group, mode & 0o2000, "s"),
    withMark(other, mode & 0o1000, "t"),
  ].join("");
  const marks = [
    ...(node.kind === "directory" ? ["d"] : []),
    ...(node.kind === "symlink" ? ["L"] : []),
    ...((mode & 0o4000) === 0 ? [] : ["u"]),
    ...((mode & 0o2000) === 0 ? [] : ["g"]),
    ...((mode & 0o1000) === 0 ? [] : ["t"]),
  ].join("");
  return [`${letter}${unix}`, `${marks === "" ? "-" : marks}${bits.join("")}`];
}

function renderTriple(bits: number): string {
  return `${(bits & 4) === 0 ? "-" : "r"}${(bits & 2) === 0 ? "-" : "w"}${(bits & 1) === 0 ? "-" : "x"}`;
}

function withMark(triple: string, isSet: number, mark: string): string {
  if (isSet === 0) return triple;
  return triple.slice(0, 2) + (triple.endsWith("x") ? mark : mark.toUpperCase());
}
