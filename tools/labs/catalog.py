"""Labs as they are kept: lab.toml, files, variants.

Owns: the meaning of lab.toml and of the folder tests/labs/NAME.

    README.md           the handout
    lab.toml            what to blank, which files a student edits
    test_NAME.py        the checks
    lab-*.c host_*.c    programs for the guest and for the host
    mutants/ID.c        wrong solutions: functions that replace those of the
                        same name (`file: PATH` in the comment, if several
                        files have one); or mutants/ID/PATH, whole files
    blank/PATH          files that a blank tree has in the place of ours
    reference/PATH      files that the reference has, which no student gets
    given/PATH          in a student's tree: the files to edit as they were given

A variant is what would be handed in: {path: contents} of the files to edit.
"""

import re

try:
    import tomllib
except ImportError:  # Python before 3.11: package python3-tomli
    import tomli as tomllib

from labs import LABS, ROOT, LabError, source


class Lab:
    """One lab. Its fields are those of lab.toml."""

    def __init__(self, name):
        self.name = name
        self.folder = LABS / name
        path = self.folder / "lab.toml"
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", name) or not path.is_file():
            raise LabError(f"no lab {name}: `tools/lab list` shows all")
        try:
            self.toml = tomllib.loads(path.read_text())
            self.number = self.toml["number"]
            self.title = self.toml["title"]
            self.summary = self.toml["summary"]
            self.edit = list(self.toml["edit"])
        except (tomllib.TOMLDecodeError, KeyError) as problem:
            raise LabError(f"{path}: {problem!r}") from problem
        self.functions = self.toml.get("function", [])
        self.hints = self.toml.get("hints", [])
        for table in self.functions + self.toml.get("remove", []):
            if table["file"] not in self.edit:
                raise LabError(f"{path}: {table['file']} is not a file to edit")

    def reference(self):
        """The files to edit as we have them."""
        files = overlay(self.folder / "reference")
        for path in self.edit:
            if path not in files:
                files[path] = read(ROOT / path)
        return files

    def blank(self, base=None):
        """The files to edit, without what the student writes. base: files in
        the place of the reference's."""
        given = overlay(self.folder / "given")
        if given:  # a student may rename and remove functions
            return given
        files = {**self.reference(), **(base or {})}
        for table in self.functions:
            path, name = table["file"], table["name"]
            text = files[path].decode()
            text = source.replace_body(text, name, table["stub"], path)
            files[path] = text.encode()
        for table in self.toml.get("remove", []):
            path, names = table["file"], table["name"]
            for name in [names] if isinstance(names, str) else names:
                text = source.remove(files[path].decode(), name, path)
                files[path] = text.encode()
        files.update(overlay(self.folder / "blank"))
        return files

    def mutants(self):
        """-> {ID: the mistake}"""
        found = {}
        for path in sorted((self.folder / "mutants").glob("*")):
            if path.suffix == ".c" or path.is_dir():
                found[path.stem] = self.mistake(path)
        return found

    def mistake(self, path):
        """What a mutant says of itself."""
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in filter(lambda file: file.is_file(), files):
            text = file.read_text(errors="replace")
            match = re.search(r"mistake:\s*(.*?)\s*(?:\*/|\n[ \t*#]*\n|\Z)", text, re.S)
            if match:
                return re.sub(r"\s*\n[ \t]*[*#]?[ \t]*", " ", match[1])
        raise LabError(f"{path}: no line `mistake: ...`")

    def mutant(self, name):
        """The files to edit with one mistake."""
        files = self.reference()
        path = self.folder / "mutants" / f"{name}.c"
        if not path.exists():
            whole = overlay(path.with_suffix(""))
            whole = {name: data for name, data in whole.items() if name in files}
            if not whole:
                raise LabError(f"lab {self.name} has no mutant {name}")
            return {**files, **whole}
        new = source.definitions(path.read_text(), path)
        named = re.search(r"^[ \t]*\*[ \t]*file:[ \t]*(\S+)", path.read_text(), re.M)
        for function, definition in new.items():
            file = named[1] if named else self.file_of(function, files, path)
            if file not in files:
                raise LabError(f"{path}: {file} is not a file to edit")
            text = files[file].decode()
            text = source.replace_function(text, function, definition, path)
            files[file] = text.encode()
        return files

    def file_of(self, function, files, where):
        """Which of the files to edit defines this function."""
        homes = [
            path
            for path, data in files.items()
            if path.endswith(".c")
            and function in (f.name for f in source.functions(data.decode()))
        ]
        if len(homes) != 1:
            raise LabError(f"{where}: {function}() is in {homes or 'no file to edit'}")
        return homes[0]

    def variant(self, name):
        """`blank`, `reference` or the name of a mutant -> files"""
        if name in ("blank", "reference"):
            return getattr(self, name)()
        return self.mutant(name)


def read(path):
    if not path.is_file():
        raise LabError(f"{path}: no such file")
    return path.read_bytes()


def overlay(folder):
    """The files below a folder: {path: contents}."""
    if not folder.is_dir():
        return {}
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def labs():
    """All labs, by number."""
    found = [Lab(path.parent.name) for path in LABS.glob("*/lab.toml")]
    return sorted(found, key=lambda lab: (lab.number, lab.name))
