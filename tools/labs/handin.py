"""Hand-ins: a folder or a zip, written by somebody we do not know.

Owns: what is taken from one, and what is refused. Nothing is ever unpacked: of
an archive exactly the files that the lab lets a student edit are read, into
memory, and no further than a source can be long.
"""

import hashlib
import io
import os
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from labs import LabError

FILE = 256 << 10  # bytes of one source
ARCHIVE = 32 << 20  # bytes of a zip
ENTRIES = 20000  # in a zip or folder


class Refused(LabError):
    """The hand-in cannot be graded; the text is for the student."""


class HandIn:
    """files: {path: contents} of those to edit; notes: what was odd."""

    def __init__(self):
        self.files = {}
        self.notes = []
        self.lab = None  # the name that it says itself

    @property
    def digest(self):
        every = sorted(self.files.items())
        return hashlib.sha256(repr(every).encode()).hexdigest()

    def complete(self, lab):
        """Files that are missing are taken blank; one at least must be there."""
        missing = [path for path in lab.edit if path not in self.files]
        if len(missing) == len(lab.edit):
            expected = ", ".join(missing)
            raise Refused("\n".join([f"the hand-in lacks {expected}", *self.notes]))
        blank = lab.blank()
        for path in missing:
            self.notes.append(f"{path} is missing: graded as it was given to you")
            self.files[path] = blank[path]
        for path, data in self.files.items():
            examine(path, data)
        return self


def read(path, lab):
    """-> HandIn; Refused if that is no hand-in at all"""
    path = Path(path)
    wanted = [*lab.edit, "lab.txt"]
    try:
        if path.is_dir():
            found = from_folder(path, wanted)
        elif path.is_file():
            found = from_zip(path, wanted)
        else:
            raise Refused(f"{path}: no such hand-in")
    except OSError as problem:
        raise Refused(f"{path.name}: {problem.strerror or problem}") from problem
    name = found.files.pop("lab.txt", b"").decode(errors="replace").strip()
    found.lab = name or None
    if found.lab and found.lab != lab.name:
        found.notes.append(f"it calls itself a hand-in of lab {found.lab[:40]!r}")
    return found


# ---- Folders ------------------------------------------------------------------


def from_folder(folder, wanted):
    found = HandIn()
    base = base_of(list(folder_names(folder)), wanted)
    for path in wanted:
        try:
            data = read_plain(folder / base, path)
        except FileNotFoundError:
            continue
        except (OSError, Refused) as problem:
            found.notes.append(f"{path} is not a plain file: {problem}")
            continue
        keep(found, path, data)
    return found


def folder_names(folder):
    """Names below a folder; links are not followed."""
    count = 0
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "build")]
        for name in files:
            count += 1
            if count > ENTRIES:
                return
            yield str(PurePosixPath(Path(top, name).relative_to(folder).as_posix()))


def read_plain(folder, path):
    """A regular file below folder, reached through no link. -> contents"""
    here = Path(folder)
    for part in PurePosixPath(path).parts:
        here = here / part
        if here.is_symlink():
            raise Refused("a symbolic link")
    if not stat.S_ISREG(here.lstat().st_mode):
        raise Refused("not a regular file")
    fd = os.open(here, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(fd, "rb") as file:
        return file.read(FILE + 1)


# ---- Archives -----------------------------------------------------------------


def from_zip(path, wanted):
    if path.stat().st_size > ARCHIVE:
        raise Refused(f"{path.name} is larger than {ARCHIVE >> 20} MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            return from_archive(archive, wanted)
    except Refused:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as problem:
        raise Refused(f"{path.name} is not a zip archive: {problem}") from problem
    except Exception as problem:  # zipfile raises what it likes: zlib.error, ...
        raise Refused(f"{path.name} cannot be read: {problem!r}") from problem


def from_archive(archive, wanted):
    found = HandIn()
    infos = archive.infolist()
    if len(infos) > ENTRIES:
        raise Refused(f"the archive has more than {ENTRIES} entries")
    plain = {}
    for info in infos:
        if unsafe(info.filename):
            found.notes.append(f"ignored an entry called {info.filename[:60]!r}")
        elif not info.is_dir():
            plain.setdefault(info.filename, info)
    del found.notes[5:]
    base = base_of(plain, wanted)
    for path in wanted:
        info = plain.get(str(PurePosixPath(base, path)))
        if info is None:
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            found.notes.append(f"{path} is a symbolic link: ignored")
            continue
        with archive.open(info) as file:
            keep(found, path, file.read(FILE + 1))
    return found


def unsafe(name):
    """Whether an entry points out of the archive."""
    name = name.replace("\\", "/")
    return name.startswith("/") or ".." in name.split("/") or "\0" in name


# ---- Both ---------------------------------------------------------------------


def base_of(names, wanted):
    """The folder inside in which the tree begins: people zip the folder, or the
    folder around it. -> "" or "folder" or "a/b\""""
    names = set(names)
    if any(path in names for path in wanted):
        return ""
    for name in sorted(names, key=lambda name: (name.count("/"), name)):
        for path in wanted:
            if name.endswith("/" + path):
                return name[: -len(path) - 1]
    return ""


def keep(found, path, data):
    if len(data) > FILE:
        raise Refused(f"{path} is longer than {FILE >> 10} KiB: no such source")
    found.files[path] = data


INCLUDE = re.compile(
    r"^[ \t]*(?:#|%:|\?\?=)[ \t]*(?:include\w*|import|embed)\b(.*)", re.M
)


def examine(path, data):
    """Sources include headers of the tree, and no other file of the grader."""
    if not path.endswith((".c", ".h")):
        return
    text = data.decode(errors="replace").replace("\\\r\n", "").replace("\\\n", "")
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    for what in INCLUDE.findall(text):
        name = re.match(r'\s*(?:"([\w./-]+)"|<([\w./-]+)>)', what)
        name = name and (name[1] or name[2])
        if not name or unsafe(name):
            raise Refused(f"{path}: #include{what[:60]}: headers of the tree only")
        if name.endswith(".c"):
            raise Refused(f"{path}: #include{what[:60]}: a source, not a header")
    if re.search(r"\bincbin\b|\.include\b", text):
        raise Refused(f"{path}: files cannot be included by the assembler")
