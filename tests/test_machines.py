"""The programs of tests/user on other machines than QEMU's best: an old CPU,
UEFI, and Bochs, which has no code in common with QEMU. test_guest.py has the
same on the best.

Bochs is an interpreter: it takes 20 times as long as QEMU, on few programs most
of that. `make test` leaves out those whose point is the amount or the time that
passes (LONG: two thirds of the time, none of the instructions that only they
use); `make test-bochs` runs everything, on one CPU model more.
"""

import os
import re

import bochs
import pytest
from conftest import BUILD, PASSED, PROMPT, make_iso
from qemu import Crash, Hang, uefi_firmware
from test_guest import NAMES, section

ALL = os.environ.get("BOCHS_ALL")
CPUS = "corei7_skylake_x ryzen athlon64_venice".split()
LONG = "malloc many memory preempt procmem".split()

needs_bochs = pytest.mark.skipif(bool(bochs.missing()), reason=str(bochs.missing()))


def judge(machine, names, record_property, timeout):
    """Waits for the end, and counts every claim of every program."""
    try:
        machine.wait(timeout)
        problem = None if machine.status == PASSED else machine.verdict()
    except (Hang, Crash) as trouble:
        problem = str(trouble)
    passed = failed = 0
    wrong = []
    for name in names:
        text, point = section(machine.output, name)
        good = len(re.findall(r"    ok \d+ - ", text or ""))
        bad = len(re.findall(r"    not ok \d+ - ", text or ""))
        fine = point is not None and point[1] == "ok" and good and not bad
        passed, failed = passed + good, failed + (bad or not fine)
        if not fine:
            wrong.append(text or f"{name} did not run")
    record_property("points", (passed, failed))
    assert not wrong and not problem, "\n".join([*wrong, f"the machine {problem}"])
    assert "shutdown: audit clean" in machine.output


def test_guest_on_an_old_cpu(boot, record_property):
    """No SMEP, no SMAP, no 1 GiB pages, no RDRAND."""
    machine = boot("init=/test/runner", cpu="qemu64")
    judge(machine, NAMES, record_property, 400)
    assert "no-SMEP no-SMAP" in machine.output


@pytest.mark.skipif(not uefi_firmware(), reason="no OVMF on this machine")
def test_guest_under_uefi(boot, tmp_path, record_property):
    iso = make_iso(tmp_path, "init=/test/runner")
    judge(boot(iso=iso, uefi=True), NAMES, record_property, 400)


@needs_bochs
@pytest.mark.skipif(BUILD.name != "build", reason="would take hours")
@pytest.mark.parametrize("cpu", CPUS if ALL else CPUS[:2])
def test_guest_in_bochs(bochs_boot, tmp_path, record_property, cpu):
    names = NAMES if ALL else [name for name in NAMES if name not in LONG]
    iso = make_iso(tmp_path, f"init=/test/runner -- {' '.join(names)}")
    machine = bochs_boot(iso, cpu)
    judge(machine, names, record_property, 3000 if ALL else 600)


@needs_bochs
def test_shell_in_bochs(bochs_boot):
    """The ISO of `make run-bochs`, its console in both directions; the oldest
    CPU of them."""
    machine = bochs_boot(BUILD / "quire.iso", "athlon64_venice")
    machine.expect(PROMPT, 120)
    machine.send("echo $? hello\r")
    machine.expect(r"^0 hello$", 60)
    machine.expect(PROMPT, 60)
    machine.send("poweroff\r")
    machine.wait(60, PASSED)
    assert "audit clean" in machine.output


@needs_bochs
def test_a_hang_in_bochs_is_explained(bochs_boot):
    machine = bochs_boot(BUILD / "quire.iso")
    machine.expect(PROMPT, 120)
    with pytest.raises(Hang) as hang:
        machine.wait(0.1)
    assert "RIP" in str(hang.value).upper() and "quire:" in str(hang.value)
    assert machine.process.poll() is not None, "still running"
