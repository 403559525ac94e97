"""The fuzzers, a few seeds of each: `make torture` runs them for longer.

A failure is repeated exactly by the command that its message names.
"""

import re
import subprocess

import pytest

from conftest import BUILD, PANIC, PASSED, PROMPT, ROOT, load_tool
from qemu import Crash, Hang

fuzz = load_tool("fuzz")

# Name, first seed, seeds, size of each: tests/fuzz/fuzz.h.
RUNS = [
    ("calls", 1, 3, 50000),
    ("calls", 100, 3, 50000),
    ("code", 1, 2, 300),
    ("frames", 1, 3, 2000),
    ("headers", 0, 6, 60),
    ("cycles", 1, 2, 500),
]


IMAGES = {"kernel": BUILD / "quire.elf", "initrd": BUILD / "fuzz.cpio"}


@pytest.mark.parametrize("name, first, count, size", RUNS)
def test_guest(name, first, count, size, record_property):
    problem = None
    with fuzz.machine(name, first, count, size, **IMAGES) as machine:
        try:
            machine.wait(timeout=600, status=PASSED)
        except (Hang, Crash) as error:
            problem = error
    output = machine.output
    print(output)
    command = f"repeat it: make fuzz RUN='{name} {first} {count} {size}'"
    assert problem is None, f"{problem}\n{command}"
    total = re.search(r"^total: (\d+) seeds, (\d+) \w+, 0 findings$", output, re.M)
    assert total, command
    assert int(total[1]) == count and int(total[2]) >= count * size
    assert "audit clean" in output
    record_property("points", (count, 0))


def test_a_run_repeats_to_the_last_byte():
    outputs = set()
    for _ in range(2):
        with fuzz.machine("calls", 7, 1, 3000, **IMAGES) as machine:
            machine.wait(timeout=600, status=PASSED)
            outputs.add(machine.output)
    assert len(outputs) == 1


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_host(target, tmp_path):
    """Its corpus, and some inputs that are made of it."""
    corpus = ROOT / "tests/fuzz/corpus" / target
    command = [BUILD / "host/fuzz" / target, "-runs=20000", "-seed=1", "-max_len=800"]
    command += [f"-artifact_prefix={tmp_path}/", tmp_path, corpus]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    print(result.stderr)
    inputs = [path.read_bytes() for path in tmp_path.glob("crash-*")]
    assert result.returncode == 0, f"{target}: these bytes: {inputs}"
    assert re.search(r"Done 2\d\d\d\d runs", result.stderr)


KERNEL = (BUILD if "san" in BUILD.name else ROOT / "build/san") / "quire.elf"


def test_a_checked_kernel_tells_the_last_calls(boot):
    """On an NMI; a panic goes the same way."""
    machine = boot.shell(kernel=KERNEL)
    machine.send("echo $$ >/dev/null\r")
    machine.expect(PROMPT)
    machine.monitor("inject-nmi")
    machine.expect(r"^last system calls, of \d+:$")
    for _ in range(32):
        machine.expect(r"^  \[\d+\] \w+ \d+\(.*\) (= 0x|= -|has not returned)")
    assert re.search(r"^  \[\d+\] dup2 33\(0x3, 0x1\) = 0x1$", machine.output, re.M)
    machine.close()
    machine = boot("san=canary -- true", kernel=KERNEL)
    machine.wait(60, PANIC)
    assert re.search(r"^last system calls, of \d+:$", machine.output, re.M)
