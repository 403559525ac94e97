"""The oracle: runs the cases of tests/linux on this Linux and in Quire.

Owns: what a case is, the batches that share one boot, and what the driver of
tests/linux/driver.c reports.

A case is a CASE of a C program, or a section `== name` of a file of scripts,
whose first line names the programs that run each of them. Its identity is
`variant/file/name`: glibc/files/open_missing, busybox/posix/pipeline. The same
driver, the same files and the same relative paths are used on both sides.
"""

import os
import re
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from conftest import BUILD, ROOT, mkinitramfs
from qemu import Crash, Hang, Machine

SOURCE = ROOT / "tests/linux"
SECONDS = 10  # that a case may take
PENDING_SECONDS = 2  # that one may take of which we know that it fails
BOOTS = 8  # of one batch: a case that takes the kernel down costs one

# How the C programs are linked; build/linux/VARIANT/PROGRAM.
VARIANTS = ("glibc", "musl", "musl-so", "quire")
INTERPRETERS = {
    "busybox": ("/bin/busybox", "sh"),
    "bash": ("/bin/bash-static", "bash"),
    "dash": ("/bin/dash", "dash"),
    "lua": ("/usr/bin/lua5.4", "lua"),
}


@dataclass(frozen=True)
class Case:
    variant: str  # how it is linked, or what interprets it
    file: str
    name: str
    program: str  # below the root of the cases, or absolute
    argv: tuple

    @property
    def id(self):
        return f"{self.variant}/{self.file}/{self.name}"

    @property
    def key(self):
        """A name for a directory."""
        return self.id.replace("/", ".")


@dataclass
class Result:
    """What one case did on one side."""

    out: bytes = b""
    err: bytes = b""
    end: str = "did not run"
    garbled: bool = False  # a line of the report is missing or damaged

    def text(self):
        """All of it, as lines that a diff can show."""
        parts = [f"[{self.end}]{' (garbled)' if self.garbled else ''}"]
        for name, data in ("stdout", self.out), ("stderr", self.err):
            parts += [f"[{name}]", *data.decode(errors="backslashreplace").split("\n")]
        return parts


def c_cases(variant):
    for path in sorted(SOURCE.glob("*.c")):
        for name in re.findall(r"^CASE\((\w+)\)", path.read_text(), re.M):
            program = f"../../{variant}/{path.stem}"
            yield Case(variant, path.stem, name, program, (path.stem, name))


def scripts(path):
    """-> the interpreters, {name: text}"""
    head, *sections = re.split(r"^== (\S+)\n", path.read_text(), flags=re.M)
    interpreters = re.search(r"^#!(.*)", head)[1].split()
    return interpreters, dict(zip(sections[::2], sections[1::2]))


def script_cases():
    for path in sorted(SOURCE.glob("*.cases")):
        interpreters, texts = scripts(path)
        for shell in interpreters:
            program, argv0 = INTERPRETERS[shell]
            for name in texts:
                script = f"../../scripts/{path.stem}.{name}"
                yield Case(shell, path.stem, name, program, (argv0, script))


def all_cases():
    for variant in VARIANTS:
        yield from c_cases(variant)
    yield from script_cases()


def pending():
    """{identity of a case that must fail for now: why}. `*` stands for any
    variant."""
    lines = (SOURCE / "pending").read_text().splitlines()
    pairs = (line.split(None, 1) for line in lines if line and line[0] != "#")
    return dict(pairs)


def why_pending(case, known):
    return known.get(case.id) or known.get(f"*/{case.file}/{case.name}")


# ---- Both sides ---------------------------------------------------------------


def case_list(cases, slow=PENDING_SECONDS):
    known = pending()
    lines = []
    for case in cases:
        seconds = slow if why_pending(case, known) else SECONDS
        fields = (case.key, str(1000 * seconds), case.program, *case.argv)
        lines.append("\t".join(fields) + "\t\n")
    return "".join(lines)


def script_files():
    for path in sorted(SOURCE.glob("*.cases")):
        for name, text in scripts(path)[1].items():
            yield f"scripts/{path.stem}.{name}", text.encode()


def files_of(cases):
    """What these cases need: {path below the root of the cases: contents}."""
    files = {"driver": (BUILD / "linux/driver").read_bytes()}
    files.update(script_files())
    for case in cases:
        name = f"{case.variant}/{case.file}"
        if case.variant in VARIANTS and name not in files:
            files[name] = (BUILD / "linux" / name).read_bytes()
    return files


REPORT = re.compile(rb"^(@(\w+) (\S+) (\w) ([0-9a-f]*)) ([0-9a-f]{8})\r?$", re.M)


def checksum(line):
    total = 0
    for byte in line:
        total = (total * 31 + byte) & 0xFFFFFFFF
    return total


def parse(output, nonce):
    """What the driver reported. -> {key: Result}; a case that began and has no
    end is the one that was running when the machine stopped."""
    results = {}
    marks = output.count(b"@" + nonce.encode() + b" ")
    good = 0
    for line, sign, key, kind, data, total in REPORT.findall(output):
        if sign.decode() != nonce:
            continue
        result = results.setdefault(key.decode(), Result(end="did not end"))
        good += 1
        if int(total, 16) != checksum(line):
            result.garbled = True
        elif kind == b"o":
            result.out += bytes.fromhex(data.decode())
        elif kind == b"e":
            result.err += bytes.fromhex(data.decode())
        elif kind == b"x":
            result.end = bytes.fromhex(data.decode()).decode()
    if good != marks:  # a line was torn: nobody knows whose
        for result in results.values():
            result.garbled = True
    return results


def run_on_host(cases, directory):
    """-> {key: Result}"""
    for name, data in files_of(cases).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755)
    (directory / "list").write_text(case_list(cases, slow=SECONDS))
    command = [directory / "driver", "host", directory / "list"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return parse(done.stdout, "host")


@dataclass
class Guest:
    """The boots of one batch."""

    files: dict  # beside those of the cases: {path: (mode, contents)}
    directory: Path
    problems: list = field(default_factory=list)

    def boot(self, cases):
        """One boot. -> what came over the serial line"""
        files = {"dev": (stat.S_IFDIR | 0o755, b""), **self.files}
        for name, data in files_of(cases).items():
            files[f"linux/{name}"] = (stat.S_IFREG | 0o755, data)
        text = case_list(cases).encode()
        files["linux/list"] = (stat.S_IFREG | 0o644, text)
        for parent in ("tmp", *{str(Path(name).parent) for name in files}):
            while parent not in ("", "."):
                files.setdefault(parent, (stat.S_IFDIR | 0o755, b""))
                parent = str(Path(parent).parent)
        archive = self.directory / "cases.cpio"
        archive.write_bytes(mkinitramfs.archive(files))
        self.nonce = secrets.token_hex(4)
        with Machine(
            kernel=BUILD / "quire.elf",
            initrd=archive,
            append=f"init=/linux/driver -- {self.nonce} /linux/list",
        ) as machine:
            try:
                machine.wait(60 + SECONDS * len(cases) / 10)
                if machine.status not in (33, 35):
                    raise Crash(f"QEMU {machine.verdict()}")
            except (Hang, Crash) as problem:
                tail = machine.output[-3000:]
                self.problems.append(f"{problem}\n--- console\n{tail}")
            return machine.output.encode()

    def run(self, cases):
        """As many boots as it takes. -> {key: Result}"""
        results, left = {}, list(cases)
        for _ in range(BOOTS):
            if not left:
                break
            found = parse(self.boot(left), self.nonce)
            for key, result in found.items():
                if result.end == "did not end" and self.problems:
                    result.end += f": {self.problems[-1]}"
            results.update(found)
            left = [case for case in left if case.key not in results]
            if not found:
                break
        return results


def packages_missing(case):
    """Why this machine cannot run the case, or None."""
    if case.variant in INTERPRETERS and not os.path.exists(case.program):
        return f"{case.program} is not installed"
    if case.variant.startswith("musl") and not shutil.which("musl-gcc"):
        return "musl-gcc (package musl-tools) is not installed"
    return None
