"""What Linux' overlayfs shows of layers: each is unpacked by itself, its whiteouts become what the kernel knows (a character
device 0/0, an extended attribute on an opaque folder), and all are mounted over one another.

Reads a JSON list of images (each a list of tars, base first) on standard input, and writes the list of their trees, in the
notation of image-layer.ts. Needs root and a mount namespace of its own: unshare -m python3 kernel-overlay.py FOLDER
"""

import json
import os
import stat
import subprocess
import tarfile
import sys


def unpack(tar, folder):
    os.mkdir(folder)
    subprocess.run(["bsdtar", "-xpP", "--xattrs", "-f", tar, "-C", folder], check=True)
    with tarfile.open(tar) as archive:
        entries = {os.path.join(folder, os.path.normpath(name)) for name in archive.getnames()}
    for path, folders, files in list(os.walk(folder, topdown=False)):
        for name in folders + files:
            full = os.path.join(path, name)
            if not name.startswith(".wh."):
                continue
            if name in files:
                os.remove(full)
            elif full not in entries:
                continue  # what is below it has made it
            elif not os.listdir(full):
                os.rmdir(full)
            convert(path, name)


def convert(path, name):
    if name == ".wh..wh..opq":
        os.setxattr(path, "trusted.overlay.opaque", b"y")
        return
    target = os.path.join(path, name[len(".wh."):])
    if os.path.isdir(target) and not os.path.islink(target):
        os.setxattr(target, "trusted.overlay.opaque", b"y")
    elif not os.path.lexists(target):
        os.mknod(target, stat.S_IFCHR | 0o600, os.makedev(0, 0))


def tree(root):
    lines = []
    for path, folders, files in os.walk(root):
        for name in folders + files:
            full = os.path.join(path, name)
            short = os.path.relpath(full, root)
            try:
                mode = os.lstat(full).st_mode
            except FileNotFoundError:
                continue  # the kernel lists a whiteout over nothing by its name, and finds no file there
            if stat.S_ISLNK(mode):
                lines.append(f"{short} -> {os.readlink(full)}")
            elif stat.S_ISDIR(mode):
                lines.append(f"{short}/")
            elif not stat.S_ISREG(mode):
                lines.append(f"{short} |")
            else:
                with open(full) as file:
                    content = file.read()
                lines.append(f"{short}={content}" if content else short)
    return sorted(lines)


def show(tars, folder):
    os.mkdir(folder)
    layers = [os.path.join(folder, "empty")]
    os.mkdir(layers[0])
    for number, tar in enumerate(tars):
        layers.append(os.path.join(folder, f"layer{number}"))
        unpack(tar, layers[-1])
    merged = os.path.join(folder, "merged")
    os.mkdir(merged)
    lower = ":".join(reversed(layers))
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower}", merged], check=True)
    try:
        return tree(merged)
    finally:
        subprocess.run(["umount", merged], check=True)


if __name__ == "__main__":
    base = sys.argv[1]
    images = enumerate(json.load(sys.stdin))
    print(json.dumps([show(tars, os.path.join(base, str(number))) for number, tars in images]))
