"""What the kernel says when a program does something forbidden, and that only
this program dies of it."""

import re

import pytest

from conftest import pack

NULL = "a null pointer"
KERNEL = "an address of the kernel"
SEGV, BUS, FPE, ILL, TRAP, KILL = 11, 7, 8, 4, 5, 9

# crash NAME: signal, and what the explanation says: the access, the reason.
EXPLAINED = {
    "null": (SEGV, r"read from 0x0, from 0x4\w+", NULL),
    "null-write": (SEGV, r"write to 0x8,", NULL),
    "null-call": (SEGV, r"execute 0x0, from 0x0", NULL),
    "kernel": (SEGV, r"read from 0xffffffff80100000,", KERNEL),
    "kernel-write": (SEGV, r"write to 0xffff800000001000,", KERNEL),
    # QEMU 8.2 raises a page fault here, others what a CPU does.
    "non-canonical": (SEGV, r"(general protection|read from 0x900000000000,)", ""),
    "text": (
        SEGV,
        r"write to 0x4\w+, from 0x4\w+",
        r"page is present and read-only because region \.text of crash is r-x",
    ),
    "constant": (
        SEGV,
        r"write to 0x4\w+,",
        r"page is .* because region \.rodata of crash is r--",
    ),
    "data-call": (
        SEGV,
        r"execute 0x4\w+,",
        r"page is .* because region \.data of crash is rw-",
    ),
    "stack-call": (
        SEGV,
        r"execute 0x7f\w+,",
        r"page is present and not executable because region stack is rw-",
    ),
    "stack-overflow": (SEGV, r"write to 0x7f\w+,", "region stack-guard is ---"),
    "unmapped": (SEGV, r"read from 0x10000000,", "no region is there"),
    "after-munmap": (SEGV, r"write to 0x7f\w+,", "no region is there"),
    "prot-none": (SEGV, r"read from 0x7f\w+,", r"because region .* is ---"),
    "read-only": (SEGV, r"write to 0x7f\w+,", r"because region .* is r--"),
    "beyond-file": (BUS, r"read from 0x7f\w+,", "beyond the last page of the file"),
    "privileged": (SEGV, r"general protection", ""),
    "port": (SEGV, r"general protection", ""),
    "interrupt": (SEGV, r"general protection", ""),
    "divide": (FPE, r"division error", ""),
    "float": (FPE, r"(x87|SIMD)", ""),
    "undefined": (ILL, r"invalid instruction", ""),
    "breakpoint": (TRAP, r"breakpoint", ""),
    "memory": (KILL, r"write to 0x\w+,", "no frame is left"),
}
WITHOUT_WALK = {name for name, (_, _, why) in EXPLAINED.items() if not why}


@pytest.fixture(scope="module")
def console(module_boot, tmp_path_factory):
    lines = [f"echo BEGIN {name}; crash {name}; echo END $?" for name in EXPLAINED]
    files = {"etc/crashes": "\n".join(lines) + "\n"}
    archive = pack(tmp_path_factory.mktemp("crash") / "crash.cpio", files)
    line = "sh /etc/crashes; echo alive"
    return module_boot.run(line, initrd=archive, memory="64M", timeout=120)


def section(console, name):
    found = re.search(rf"^BEGIN {name}\n(.*?)^END (\d+)$", console, re.M | re.S)
    assert found, f"crash {name} did not run:\n{console[-2000:]}"
    return found[1], int(found[2])


@pytest.mark.parametrize("name", EXPLAINED)
def test_fault_is_explained_and_kills_the_program(console, name):
    signal, access, why = EXPLAINED[name]
    text, status = section(console, name)
    assert status == 128 + signal, text
    assert re.search(rf"^crash\[\d+\]: SIG\w+: .*{access}", text, re.M | re.I), text
    assert re.search(why, text), text
    if name not in WITHOUT_WALK:
        assert re.search(r"level 4 entry +\d+: ", text), text


def test_the_machine_goes_on(console):
    assert re.search(r"^alive$", console, re.M)
    assert "audit clean" in console


def test_the_walk_ends_at_the_entry_that_refused(console):
    text, _ = section(console, "text")
    levels = re.findall(r"level (\d) entry +\d+: (\S+)", text)
    assert [level for level, _ in levels] == ["4", "3", "2", "1"]
    assert "w" not in levels[-1][1]
    text, _ = section(console, "null")
    assert text.count("level") < 4 or "not present" in text
