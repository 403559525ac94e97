"""A tree to build in: a copy of Quire with somebody's solution.

Owns: what a lab's tree consists of, and how it is brought up to date: a file is
written only if its contents change, so that make rebuilds what a hand-in (or
the next mutant) really changed.
"""

import functools
import hashlib
import os
import subprocess
from pathlib import Path

from labs import ROOT, LabError, confine

# What a tree is copied from. Everything else in the root is somebody's own.
PARTS = "boot debug iso kernel mm tests tools user Makefile linker.ld".split()

BUILD_LIMITS = dict(cpu=300, memory=4 << 30, file=256 << 20)
BUILD_SECONDS = 300 * float(os.environ.get("QUIRE_PATIENCE", "1"))


class BuildFailed(AssertionError):
    """What the compiler said."""


def is_source(path):
    """Not what tools leave behind, and neither solutions nor mutants."""
    parts = path.parts
    if "__pycache__" in parts or path.suffix in (".pyc", ".orig", ".rej"):
        return False
    return not (parts[:2] == ("tests", "labs") and parts[3:4] in KEPT_BACK)


KEPT_BACK = ("mutants",), ("reference",), ("blank",)


@functools.lru_cache(maxsize=1)
def sources(root=ROOT):
    """The files of Quire as they are when first asked for: {path: (contents,
    mode)}. Who edits them while labs are proved changes the next proof."""
    found = {}
    for part in PARTS:
        top = root / part
        paths = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in paths:
            name = path.relative_to(root)
            if path.is_file() and not path.is_symlink() and is_source(name):
                mode = path.stat().st_mode & 0o755
                found[str(name)] = (path.read_bytes(), mode)
    return found


class Tree:
    """A working tree below `root`. student: whether what is in it may be
    hostile: then the compiler runs as nobody, if we can arrange that."""

    def __init__(self, root, lab, student=False):
        self.root = Path(root)
        self.lab = lab
        self.student = student
        self.made = {}

    def fill(self, files):
        """Makes it Quire with these files in the place of ours."""
        self.made.clear()
        wanted = dict(sources())
        for path, data in files.items():
            if path not in self.lab.edit:
                raise LabError(f"{path} is not a file to edit")
            wanted[path] = (data, 0o644)
        self.root.mkdir(parents=True, exist_ok=True)
        for path in self.present() - wanted.keys():
            (self.root / path).unlink()
        for path, (data, mode) in wanted.items():
            write(self.root / path, data, mode)
        if self.student:
            confine.give(self.root, confine.BUILDER)

    def present(self):
        found = set()
        for part in PARTS:
            top = self.root / part
            paths = top.rglob("*") if top.is_dir() else [top]
            found |= {str(path.relative_to(self.root)) for path in paths
                      if path.is_file()}  # fmt: skip
        return found

    def path(self, name, debug=False):
        """A file below build/."""
        return self.root / ("build/debug" if debug else "build") / name

    def make(self, *targets, debug=False):
        """Makes files below build/; what failed once fails again at once."""
        key = (targets, debug)
        if key not in self.made:
            self.made[key] = self.run_make(targets, debug)
        if self.made[key]:
            raise BuildFailed(self.made[key])

    def run_make(self, targets, debug):
        """-> None, or what went wrong"""
        goals = [str(self.path(t, debug).relative_to(self.root)) for t in targets]
        command = ["make", f"-j{jobs()}", f"LAB={self.lab.name}", *goals]
        if debug:
            command.append("DEBUG=1")
        env = {name: os.environ[name] for name in ("PATH", "CC", "CROSS", "LANG")
               if name in os.environ}  # fmt: skip
        env.update(NO_INSTALL="1", HOME="/nonexistent", LC_ALL="C.UTF-8")
        result = confine.run(
            command,
            cwd=self.root,
            env=env,
            uid=confine.BUILDER if self.student else None,
            seconds=BUILD_SECONDS,
            limits=BUILD_LIMITS,
            output=4 << 20,
        )
        if result.problem:
            return f"the build {result.problem}\n{errors(result.text)}"
        if result.status:
            return f"it does not build:\n{errors(result.text)}"
        return None


def jobs():
    """Compilers at once; the proof runs one tree for each core."""
    return os.environ.get("LAB_JOBS") or os.cpu_count() or 1


def errors(text):
    """The lines of a build that say what is wrong."""
    lines = text.splitlines()
    important = [
        line
        for line in lines
        if any(word in line for word in ("error", "undefined", "multiple def"))
    ]
    return "\n".join((important or lines[-15:])[:25])[:4000]


def write(path, data, mode=0o644):
    """Writes a file unless it is so already."""
    if path.is_symlink() or path.is_dir():
        raise LabError(f"{path}: in the way")
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def revision():
    """Which Quire this is, for reports."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout.strip() or "unknown"


def fingerprint(files):
    """A word for Quire with these files in it."""
    content = [(path, data) for path, (data, _) in sorted(sources().items())]
    return hashlib.sha256(repr((content, sorted(files.items()))).encode()).hexdigest()
