"""Malformed programs: execve gives ENOEXEC, and nothing else happens."""

import re
import struct

import pytest

from conftest import BUILD, pack

# Offsets in Elf64_Ehdr and Elf64_Phdr.
E_MACHINE, E_VERSION, E_ENTRY, E_PHOFF, E_PHENTSIZE, E_PHNUM = 18, 20, 24, 32, 54, 56
E_TYPE, E_CLASS = 16, 4
P_TYPE, P_OFFSET, P_VADDR, P_FILESZ, P_MEMSZ = 0, 8, 16, 32, 40
PT_LOAD, PT_INTERP = 1, 3
FORMATS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}


class Program:
    """A good program, to be spoilt."""

    def __init__(self):
        self.bytes = bytearray((BUILD / "root/bin/true").read_bytes())

    def get(self, offset, size):
        return struct.unpack_from(FORMATS[size], self.bytes, offset)[0]

    def put(self, offset, size, value):
        struct.pack_into(FORMATS[size], self.bytes, offset, value)

    def header(self, kind, which=0):
        """Offset of the which-th program header of this type."""
        start, count = self.get(E_PHOFF, 8), self.get(E_PHNUM, 2)
        found = [
            start + 56 * i
            for i in range(count)
            if self.get(start + 56 * i + P_TYPE, 4) == kind
        ]
        return found[which]


def in_header(offset, size, value):
    return lambda program: program.put(offset, size, value)


def in_segment(offset, value, kind=PT_LOAD, which=0):
    return lambda program: program.put(program.header(kind, which) + offset, 8, value)


def cut(length):
    def spoil(program):
        del program.bytes[length:]

    return spoil


MALFORMED = {
    "empty": cut(0),
    "one-byte": cut(1),
    "half-header": cut(40),
    "header-only": cut(64),
    "half-segments": cut(64 + 56),
    "magic": in_header(0, 4, 0x464C457E),
    "class-32": in_header(E_CLASS, 1, 1),
    "big-endian": in_header(5, 1, 2),
    "machine-arm": in_header(E_MACHINE, 2, 183),
    "relocatable-object": in_header(E_TYPE, 2, 1),
    "core-file": in_header(E_TYPE, 2, 4),
    "phentsize": in_header(E_PHENTSIZE, 2, 32),
    "no-segments": in_header(E_PHNUM, 2, 0),
    "many-segments": in_header(E_PHNUM, 2, 0xFFFF),
    "phoff-far": in_header(E_PHOFF, 8, 1 << 40),
    "phoff-wraps": in_header(E_PHOFF, 8, (1 << 64) - 32),
    "entry-nowhere": in_header(E_ENTRY, 8, 0x10),
    "entry-kernel": in_header(E_ENTRY, 8, 0xFFFFFFFF80100000),
    "kernel-address": in_segment(P_VADDR, 0xFFFFFFFF80000000),
    "null-address": in_segment(P_VADDR, 0),
    "address-wraps": in_segment(P_VADDR, (1 << 64) - 4096),
    "stack-address": in_segment(P_VADDR, 0x7FFFFFFFE000),
    "odd-address": in_segment(P_VADDR, 0x400001),
    "offset-far": in_segment(P_OFFSET, 1 << 40),
    "offset-wraps": in_segment(P_OFFSET, (1 << 64) - 4096),
    "filesz-beyond-memsz": in_segment(P_FILESZ, 1 << 30),
    "filesz-wraps": in_segment(P_FILESZ, (1 << 64) - 1),
    "memsz-wraps": in_segment(P_MEMSZ, (1 << 64) - 1),
    "segments-overlap": in_segment(P_VADDR, 0x400000, which=1),
    "interp-far": in_segment(P_OFFSET, 1 << 40, PT_INTERP),
    "interp-empty": in_segment(P_FILESZ, 0, PT_INTERP),
    "interp-huge": in_segment(P_FILESZ, 1 << 40, PT_INTERP),
}


def spoilt(spoil):
    program = Program()
    spoil(program)
    return bytes(program.bytes)


@pytest.fixture(scope="module")
def console(module_boot, tmp_path_factory):
    """One boot runs them all, by a script of the shell."""
    files = {f"bad/{name}": spoilt(spoil) for name, spoil in MALFORMED.items()}
    lines = [f"/bad/{name}; echo {name}: $?" for name in MALFORMED]
    files["bad/good"] = spoilt(lambda program: None)
    files["bad/text"] = "Neither a program nor a script.\n"
    lines += ["/bad/good; echo good: $?", "/bad/text; echo text: $?"]
    files["bad/script"] = "\n".join(lines) + "\n"
    archive = pack(tmp_path_factory.mktemp("bad") / "bad.cpio", files)
    return module_boot.run("sh /bad/script", initrd=archive)


@pytest.mark.parametrize("name", [*MALFORMED, "text"])
def test_malformed_program_is_refused(console, name):
    assert f"sh: /bad/{name}: Exec format error\n{name}: 126\n" in console


def test_good_program_still_runs(console):
    assert re.search(r"^good: 0$", console, re.M)
    assert "audit clean" in console


def test_missing_interpreter_is_refused(boot, tmp_path):
    program = (BUILD / "root/bin/true").read_bytes()
    program = program.replace(b"/lib/libc.so\0", b"/lib/none.so\0")
    archive = pack(tmp_path / "interp.cpio", {"bad": program})
    output = boot.run("/bad; echo status $?", initrd=archive)
    assert re.search(r"^status 12[67]$", output, re.M)
