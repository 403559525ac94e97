"""The shadow TLB: nothing to report about the kernel as it is, and each flush of
mm/ missed as soon as it is taken out."""

import os
import re
import shutil
import subprocess

import pytest

from conftest import BUILD, FAILED, PASSED, ROOT, Machine

MAKE = ("MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "STRICT")
FLUSH = re.compile(r"^\t+(?:cpu_)?flush_(?:page|all)\(.*\);$", re.M)
# The wrappers in pt.c, through which most flushes go, are no places of their own.
WRAPPER = re.compile(r"^\t\tcpu_flush_(?:page\(va\)|all\(\));$")


def places():
    """-> (file, number of the match within it) of every flush"""
    for path in sorted((ROOT / "mm").glob("*.c")):
        for i, match in enumerate(FLUSH.finditer(path.read_text())):
            if not WRAPPER.match(match[0]):
                yield path.name, i


PLACES = list(places())
# Not what `make test STRICT=1` says: without its flush a helper may be unused.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in MAKE}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what the kernel is made of, with a function that builds it."""
    top = tmp_path_factory.mktemp("shadow")
    for name in ("boot", "debug", "kernel", "mm", "tools", "user/include"):
        shutil.copytree(ROOT / name, top / name)
    for name in ("Makefile", "linker.ld"):
        shutil.copy(ROOT / name, top / name)
    return top


def reports(tree):
    """Builds a debug kernel, runs the program. -> status, shadow TLB lines"""
    subprocess.run(
        ["make", "DEBUG=1", "build/debug/quire.elf"],
        cwd=tree, env=ENVIRONMENT, check=True, capture_output=True, text=True,
    )
    machine = Machine(
        kernel=tree / "build/debug/quire.elf",
        initrd=BUILD / "initramfs.cpio",
        memory="32M",
        append="init=/test/flushes",
    )
    try:
        status = machine.wait(60)
        return status, re.findall(r"^shadow TLB: .*$", machine.output, re.M)
    finally:
        machine.close()


def test_the_kernel_forgets_no_flush(tree):
    assert reports(tree) == (PASSED, [])


def test_there_are_flushes():
    assert len(PLACES) >= 6


@pytest.mark.parametrize("name,number", PLACES)
def test_each_flush_is_missed(tree, name, number):
    path = tree / "mm" / name
    source = path.read_text()
    match = list(FLUSH.finditer(source))[number]
    path.write_text(
        source[: match.start()] + "\t\t;" + source[match.end() :]
    )
    try:
        status, lines = reports(tree)
        assert lines, f"{name}: {match[0].strip()} is not missed"
        assert status == FAILED
    finally:
        path.write_text(source)
