"""The kernel of `make SAN=1`: each sanitizer reports each crime of debug/crimes.c
exactly, and nothing else: the programs of tests/user run without a report."""

import re
import subprocess

import pytest

from conftest import BUILD, PANIC, PASSED, PROMPT, ROOT

# The whole run may be about such a kernel (make test SAN=1), or only this file.
IS_SAN = "san" in BUILD.name.split("-")
KERNEL = (BUILD if IS_SAN else ROOT / "build/san") / "quire.elf"
SOURCE = "debug/crimes.c"

UBSAN = {
    "overflow": r"signed overflow: 2147483647 \+ 1 does not fit 'int'",
    "negate": r"signed overflow: -\(-2147483648\) does not fit 'int'",
    "shift": r"'int' 1 shifted by 40",
    "divide": r"division of 2147483647 by 0",
    "bounds": r"index 4 of 'int ?\[4\]' is out of bounds",
    "null": r"member access within 'const struct pair' at 0x0: null pointer",
    "misaligned": r"load of 'const int' at 0xffffffff8\w+[159d]: misaligned",
    "wrap": r"pointer 0xffffffff8\w+ moved to 0x7fffffff8\w+ wraps",
    "boolean": r"2 is no value of '(_Bool|const bool)'",
    "unreachable": r"unreachable code is reached",
}
# The access, who made it, what is there.
KASAN = {
    "heap": ("write of 1", "heap", r"heap: byte 24 of an object of 24"),
    "heap-read": ("read of 1", "heap_read", r"heap: byte 15 of an object of 13"),
    "heap-before": (
        "read of 4",
        "heap_before",
        r"heap: 4 bytes before an object of 32",
    ),
    "uaf": ("write of 1", "uaf", r"heap: object that has been freed"),
    "double-free": ("write of 1", "heap_free", r"heap: object that has been freed"),
    "copy": ("write of 41", "copy", r"heap: byte 40 of an object of 40"),
    "frame": ("write of 8", "frame", r"free frame [0-9a-f]+"),
    "stack": ("write of 1", "stack", r"stack: byte 13 of variable local\S* of 13"),
    "scope": ("read of 1", "scope", r"stack: byte 0 of variable inner\S* of 16"),
    "global": (
        "read of 1",
        "global",
        r"global: byte 20 of variable letters of 20, debug/crimes.c",
    ),
    "guard": ("read of 1", "guard", r"guard below a kernel stack"),
    "user": ("read of 1", "user", r"not the kernel's memory"),
}
GUARD = {"canary": r"stack protector: canary wrote beyond its variables"}


def line_of(crime):
    lines = (ROOT / SOURCE).read_text().splitlines()
    marked = [n for n, line in enumerate(lines, 1) if f"/* CRIME {crime} */" in line]
    assert len(marked) == 1, f"{SOURCE} marks {crime} {len(marked)} times"
    return marked[0]


def test_every_crime_has_a_case():
    text = (ROOT / SOURCE).read_text()
    marked = set(re.findall(r"/\* CRIME (\S+) \*/", text))
    assert marked == {*UBSAN, *KASAN, *GUARD}
    assert marked == set(re.findall(r'^\t\{"(\S+)", ', text, re.M))


@pytest.fixture
def report(boot):
    """-> what the panic says, and where each call of the backtrace is"""

    def commit(crime):
        machine = boot(f"san={crime} -- true", kernel=KERNEL)
        machine.wait(60, PANIC)
        assert machine.output.count("PANIC: ") == 1
        backtrace = subprocess.run(
            [ROOT / "tools/symbolize", KERNEL],
            input=machine.output,
            capture_output=True,
            text=True,
            cwd=ROOT,
        ).stdout
        calls = re.findall(r"^  #\d+ 0x\w+ \S+  (\S+)$", backtrace, re.M)
        return re.search(r"^PANIC: (.*?)\r?$", machine.output, re.M)[1], calls

    return commit


@pytest.mark.parametrize("crime", UBSAN)
def test_ubsan_names_the_place_and_the_values(report, crime):
    message, _ = report(crime)
    place = rf"ubsan: {SOURCE}:{line_of(crime)}:\d+: "
    assert re.fullmatch(place + UBSAN[crime], message), message


@pytest.mark.parametrize("crime", KASAN)
def test_kasan_names_the_access_and_whose_memory_it_is(report, crime):
    access, function, memory = KASAN[crime]
    message, calls = report(crime)
    assert re.fullmatch(
        rf"kasan: {access} bytes at 0x[0-9a-f]+ by {function}\+0x[0-9a-f]+: {memory}",
        message,
    ), message
    calls = [call for call in calls if not call.startswith("debug/kasan")]
    if crime == "double-free":
        assert calls.pop(0).startswith("mm/heap.c:")
    assert calls[0] == f"{SOURCE}:{line_of(crime)}"


@pytest.mark.parametrize("crime", GUARD)
def test_stack_protector_names_the_function(report, crime):
    message, calls = report(crime)
    assert re.fullmatch(GUARD[crime], message), message
    # clang has no line for the end of a function.
    assert {f"{SOURCE}:{line_of(crime)}", f"{SOURCE}:?"} & set(calls[:2])


def test_a_crime_that_goes_unnoticed_is_a_panic_of_another_kind(report):
    """So that no case above can pass by accident."""
    assert report("none")[0] == "san=none: no such crime, or nobody noticed"


def test_shadow_takes_an_eighth_and_32_mib_suffice(boot):
    machine = boot("-- ls /", kernel=KERNEL, memory="32M")
    machine.wait(60, PASSED)
    said = re.search(r"kasan: (\d+) KiB of shadow for (\d+) MiB", machine.output)
    shadow, memory = map(int, said.groups())
    assert memory in (31, 32)
    assert memory * 128 <= shadow < (memory + 1) * 128 + 1024
    assert "audit clean" in machine.output


def test_shell_runs_without_a_report(boot):
    machine = boot(kernel=KERNEL)
    machine.expect(PROMPT, 60)
    machine.send("poweroff\r")
    machine.wait(60, PASSED)
    assert "audit clean" in machine.output


@pytest.mark.skipif(IS_SAN, reason="test_guest.py does it in this run")
def test_guest_suite_runs_without_a_report(boot):
    machine = boot("init=/test/runner", kernel=KERNEL)
    machine.wait(900, PASSED)
    assert "audit clean" in machine.output
    assert re.search(r"^# [1-9]\d+ passed, 0 failed", machine.output, re.M)
