"""The programs of tests/user, all run by one boot: one case for each program,
whose TAP points are counted one by one."""

import re

import pytest

from conftest import BUILD, PASSED, ROOT
from qemu import Crash, Hang

NAMES = sorted(
    path.stem
    for path in (ROOT / "tests/user").glob("*.c")
    if path.stem != "runner" and not path.stem.startswith("helper-")
)

# A debug kernel recounts everything after every system call: these would take
# hours.
DEBUG = "debug" in BUILD.name.split("-")
if DEBUG:
    SLOW = ("attack-bomb", "attack-limits", "many", "memory")
    NAMES = [name for name in NAMES if name not in SLOW]

# All on one worker: they share the boot.
pytestmark = pytest.mark.xdist_group("guest")


@pytest.fixture(scope="module")
def runner(module_boot):
    """-> (console, what was wrong with the end or None)"""
    names = " ".join(NAMES) if DEBUG else ""
    machine = module_boot(f"init=/test/runner -- {names}")
    try:
        machine.wait(timeout=240)
    except (Hang, Crash) as problem:
        return machine.output, str(problem)
    end = None if machine.status == PASSED else f"QEMU {machine.verdict()}"
    return machine.output, end


def section(output, name):
    """What the console showed of one program, its own point included."""
    start = re.search(rf"^# Subtest: {re.escape(name)}$", output, re.M)
    if not start:
        return None, None
    point = re.compile(rf"^(ok|not ok) \d+ - {re.escape(name)}\b(.*)$", re.M)
    end = point.search(output, start.end())
    return output[start.start() : end.end() if end else None], end


@pytest.mark.parametrize("name", NAMES)
def test_program(runner, name, record_property):
    output, problem = runner
    text, point = section(output, name)
    assert text, f"did not run: {problem or output[-2000:]}"
    # Not at the start of a line: a program may leave its last line open.
    passed = len(re.findall(r"    ok \d+ - ", text))
    failed = len(re.findall(r"    not ok \d+ - ", text))
    fine = point is not None and point[1] == "ok"
    record_property("points", (passed, failed if fine else max(failed, 1)))
    assert point, f"{name} did not end: {problem}\n{text}"
    assert fine and not failed, f"{point[0]}\n{text}"
    plan = re.search(r"    1\.\.(\d+)$", text, re.M)
    assert plan and int(plan[1]) == passed, f"plan and points differ\n{text}"


def test_boot_ends_well_and_loses_no_frame(runner):
    output, problem = runner
    if re.search(r"^not ok", output, re.M):
        pytest.skip("a program failed, so the runner does too")
    assert problem is None, problem
    assert "audit clean" in output
