"""The oracle: runs the cases of tests/linux on this Linux and in Quire.

Owns: what a case is, the batches that share one boot, and what the driver of
tests/linux/driver.c reports.

A case is a CASE of a C program, or a section `== name` of a file of scripts, at
whose head a line `#! INTERPRETER TIER PACKAGE` for each interpreter says what its
result is evidence for. Its identity is `variant/file/name`:
glibc/files/open_missing, busybox/posix/pipeline. The same driver, the same files
and the same paths are used on both sides.
"""

import functools
import os
import re
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import BUILD, ROOT, load_tool, mkinitramfs
from qemu import PATIENCE, Crash, Hang, Machine

packages = load_tool("packages")

SOURCE = ROOT / "tests/linux"
SECONDS = 10  # that a case may take
PENDING_SECONDS = 2  # that one may take of which we know that it fails
BOOTS = 8  # of one batch: a case that takes the kernel down costs one

# How the C programs are linked: the tier, and the package of the libc.
VARIANTS = {
    "glibc": (0, "libc6-dev"),
    "musl": (0, "musl-tools"),
    "musl-so": (1, "musl"),
}
OURS = {"quire": (0, "quire")}  # judged by test_our_libc.py
INTERPRETERS = {
    "busybox": ("/bin/busybox", "sh"),
    "bash": ("/bin/bash-static", "bash"),
    "dash": ("/bin/dash", "dash"),
    "lua": ("/usr/bin/lua5.4", "lua"),
}
# What the guest gets of the packages, those that are installed.
PACKAGES = (
    "busybox-static:bin/busybox",
    "bash-static:bin/bash-static",
    "dash:bin/dash,bin/sh",
    "libc6:lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "coreutils:bin/ls,usr/bin/sort,bin/cat,bin/mkdir,bin/chmod,bin/sleep",
    "lua5.4:usr/bin/lua5.4",
    "ncurses-base:lib/terminfo/v/vt100",
    "musl:lib/ld-musl-x86_64.so.1",
    "tcc:usr/bin/tcc,usr/bin/x86_64-tcc,usr/lib/x86_64-linux-gnu/tcc/*",
    "libc6-dev:usr/include/*,usr/lib/x86_64-linux-gnu/crt?.o,"
    "usr/lib/x86_64-linux-gnu/libc.so,usr/lib/x86_64-linux-gnu/libc_nonshared.a",
    "linux-libc-dev:usr/include/linux/limits.h,usr/include/linux/errno.h,"
    "usr/include/*/asm/errno.h,usr/include/asm-generic/errno*",
)
not_in_debug = pytest.mark.skipif(
    "debug" in BUILD.name.split("-"),
    reason="an audit after every call: too slow for time-outs",
)


@dataclass(frozen=True)
class Case:
    variant: str  # how it is linked, or what interprets it
    file: str
    name: str
    program: str  # below the root of the cases, or absolute
    argv: tuple
    tier: int
    package: str

    @property
    def evidence(self):
        return self.tier, self.package

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
            argv = (path.stem, name)
            yield Case(variant, path.stem, name, program, argv, *(VARIANTS | OURS)[variant])


def scripts(path):
    """-> [(interpreter, tier, package)], {name: text}"""
    head, *sections = re.split(r"^== (\S+)\n", path.read_text(), flags=re.M)
    runs = re.findall(r"^#! (\S+) (\d) (\S+)$", head, re.M)
    return runs, dict(zip(sections[::2], sections[1::2]))


def script_cases():
    for path in sorted(SOURCE.glob("*.cases")):
        runs, texts = scripts(path)
        for variant, tier, package in runs:
            program, argv0 = INTERPRETERS[variant]
            for name in texts:
                argv = (argv0, f"../../scripts/{path.stem}.{name}")
                case = (variant, path.stem, name, program, argv)
                yield Case(*case, int(tier), package)


def all_cases():
    for variant in VARIANTS:
        yield from c_cases(variant)
    yield from script_cases()


def number_of_cases():
    """Of all that is evidence for a tier."""
    from test_packages import SESSIONS

    return len(list(all_cases())) + len(SESSIONS)


def pending():
    """{identity of a case that must fail for now: why}. `*` stands for any
    variant."""
    lines = (SOURCE / "pending").read_text().splitlines()
    pairs = (line.split(None, 1) for line in lines if line and line[0] != "#")
    return dict(pairs)


def why_pending(name, known):
    return known.get(name) or known.get(f"*/{name.partition('/')[2]}")


def settle(name, evidence, problem, record_property):
    """The verdict on a case: passed, failed, or failed as was to be expected.

    evidence: tier and package that this is about. problem: what differs, or None.
    """
    why = why_pending(name, pending())
    verdict = "passed" if not problem else "pending" if why else "failed"
    record_property("tier", [*evidence, name, verdict])
    if why and problem:
        pytest.xfail(why)
    if why:
        pytest.fail(f"{name} passes: remove it from tests/linux/pending")
    if problem:
        pytest.fail(f"{name}\n{problem}", pytrace=False)


def skip_if_absent(name, evidence, record_property):
    """Never silently."""
    if absent(evidence[1]):
        record_property("tier", [*evidence, name, "skipped"])
        pytest.skip(f"package {evidence[1]} is not installed")


# ---- Both sides ---------------------------------------------------------------


def case_list(cases, slow=PENDING_SECONDS):
    known = pending()
    lines = []
    for case in cases:
        seconds = slow if why_pending(case.id, known) else SECONDS
        ms = int(1000 * seconds * PATIENCE)
        fields = (case.key, str(ms), case.program, *case.argv)
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
        if case.variant in VARIANTS | OURS and name not in files:
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
        for parent in ("tmp", *packages.parents(files)):
            files.setdefault(parent, (stat.S_IFDIR | 0o755, b""))
        archive = self.directory.with_suffix(".cpio")
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


@functools.lru_cache(None)
def absent(package):
    """Whether it is not installed. Who compiled the tests has a libc."""
    return package != "libc6-dev" and packages.installed(package) is None


def package_files():
    """{name below /: (mode, contents)} of PACKAGES."""
    there = [w for w in PACKAGES if packages.installed(w.partition(":")[0])]
    entries = (f"{name}={path}" for name, path in packages.closure(there).items())
    return dict(map(mkinitramfs.read_entry, entries))
