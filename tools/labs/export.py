"""Student trees, and what students hand in.

Owns: what is in an exported tree: all of Quire that the lab needs, this lab's
checks, the tool; not the solution, not the mutants, not the other labs' checks.
"""

import os
import subprocess
import zipfile
from pathlib import Path

from labs import ROOT, LabError, catalog, handin
from labs.tree import Tree, sources

EXTRA = "LICENSE .clang-format .editorconfig .gitignore".split()
# Of tests/: what tests the labs, or shows whole functions as they should be.
OURS = {"test_labs", "mutants", "test_mutants", "test_cve"}
AUTHOR = ("-c", "user.name=Quire", "-c", "user.email=quire@localhost")


def belongs(path, lab):
    """Whether a file of Quire is in the lab's tree."""
    parts = Path(path).parts
    if parts[0] == "tests" and Path(parts[1]).stem in OURS:
        return False
    if parts[:2] == ("tests", "labs") and len(parts) > 3:
        return parts[2] == lab.name
    return True


def contents(lab, blanks=()):
    """The files of a student's tree: {path: (contents, mode)}."""
    files = {p: f for p, f in sources().items() if belongs(p, lab)}
    for name in EXTRA:
        if (ROOT / name).exists():
            files[name] = ((ROOT / name).read_bytes(), 0o644)
    blank = lab.blank()
    for other in map(catalog.Lab, blanks):
        blank = {**blank, **other.blank(blank)}
    for path, data in blank.items():
        files[path] = (data, 0o644)
        files[f"tests/labs/{lab.name}/given/{path}"] = (data, 0o644)
    handout = catalog.read(lab.folder / "README.md")
    quire = ROOT / ("QUIRE.md" if (ROOT / "QUIRE.md").exists() else "README.md")
    files["QUIRE.md"] = (quire.read_bytes(), 0o644)
    files["README.md"] = (handout, 0o644)
    files[".lab.mk"] = (f"LAB = {lab.name}\n".encode(), 0o644)
    ignore = files.get(".gitignore", (b"", 0))[0] + b"/handin-*.zip\n"
    files[".gitignore"] = (ignore, 0o644)
    return files


def export(lab, folder, blanks=()):
    """Writes a student's tree and its first commit."""
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise LabError(f"{folder} is not empty")
    for path, (data, mode) in contents(lab, blanks).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(mode)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, *AUTHOR, "commit", "-q", "-m", f"Lab {lab.number}: {lab.title}")


def git(folder, *words):
    env = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(folder), *words]
    result = subprocess.run(command, capture_output=True, text=True, env=env)
    if result.returncode:
        raise LabError(f"git {' '.join(words)}: {result.stderr.strip()}")
    return result.stdout


# ---- make zip -----------------------------------------------------------------


def zip_hand_in(lab, target, work):
    """Looks at the student's tree, builds it, writes the hand-in. -> notes"""
    found = handin.read(ROOT, lab).complete(lab)
    notes = list(found.notes) + elsewhere(lab)
    here = Tree(work / "grade", lab)
    here.fill(found.files)
    problem = here.run_make(("quire.elf", "initramfs.cpio"), False)
    if problem:
        raise LabError(f"{problem}\nNothing was written: mend this first.")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(found.files.items()):
            archive.writestr(path, data)
        for path in ("ANSWERS.md", "ANSWERS.txt"):
            if (ROOT / path).is_file() and path not in found.files:
                archive.write(ROOT / path, path)
        archive.writestr("lab.txt", lab.name + "\n")
    return notes


def elsewhere(lab):
    """What was changed outside the files that are handed in."""
    try:
        first = git(ROOT, "rev-list", "--max-parents=0", "HEAD").split()[-1]
        changed = git(ROOT, "diff", "--name-only", first).split("\n")
    except (LabError, IndexError):
        return []
    notes = []
    if not set(changed) & set(lab.edit):
        notes.append(f"{', '.join(lab.edit)}: still as it was given to you")
    others = [path for path in changed if path and path not in lab.edit]
    others = [path for path in others if not path.startswith("ANSWERS")]
    if others:
        notes.append(f"changed but not handed in: {', '.join(others[:8])}")
    return notes
