"""What operations cost in guest instructions, which no other load of the host
changes, against the budgets in tests/bench/budgets.ini; and the benchmark's own
parts. How long anything takes is for `make bench`: no test passes or fails by
time."""

import re
import sys
import xml.etree.ElementTree as xml

import pytest
from conftest import BUILD, ROOT

sys.path.insert(0, str(ROOT / "tests/bench"))

import bench  # noqa: E402
import budgets  # noqa: E402
import tables  # noqa: E402

FRAMES_AT_PROMPT = 600
GROUPS = budgets.groups(budgets.read())


def reason_to_skip():
    if (ROOT / ".lab.mk").exists():
        return "a student's kernel may take what it takes"
    if budgets.checked():
        return "this build has checks that cost instructions"
    made_with = budgets.read()["made with"]["compiler"]
    if budgets.compiler() != made_with:
        return f"the budgets are for {made_with}, this is {budgets.compiler()}"
    return None


@pytest.mark.parametrize("group", GROUPS)
def test_no_operation_takes_more_than_its_budget(group):
    limits = GROUPS[group]
    output = bench.quire().run(list(limits), icount=True, memory=budgets.MEMORY)
    values, frames = bench.results(output)
    measured = values | frames
    left_out = {name for name in limits if f"{name}: left out" in output}
    assert set(measured) == set(limits) - left_out
    assert all("musl" in name for name in left_out)
    reason = reason_to_skip()
    if reason:
        pytest.skip(reason)
    grown = budgets.exceeded(limits, measured)
    if grown:
        pytest.fail(
            "\n".join(grown) + "\nTo see where: make profile OP=NAME. If it is "
            "meant: make bench-budgets, and say why in the commit.",
            pytrace=False,
        )


def test_every_operation_has_a_budget():
    """But the one that wants more memory than a test should."""
    output = bench.quire().run(["list"], icount=True, memory="64M")
    names = set(re.findall(r"^[a-z0-9_]+$", output, re.M))
    known = {name for limits in GROUPS.values() for name in limits}
    assert names == known | {"fork_exit_512m"}


@pytest.mark.skipif("san" in BUILD.name, reason="an eighth of memory is its shadow")
def test_the_system_takes_few_frames_until_the_prompt():
    """The kernel's image, the shell and init included, the module not."""
    assert 0 < bench.frames_at_prompt() < FRAMES_AT_PROMPT


def test_two_runs_under_icount_give_the_same_bytes():
    names = ["anon_fault", "fork_exit_64k", "ping_pong"]
    first, second = (
        bench.quire().run(names, icount=True, memory="64M") for _ in range(2)
    )
    assert first == second
    assert set(bench.results(first)[0]) == set(names)


def test_an_operation_that_grew_is_named_with_how_much():
    limits = {"small": 100, "grown": 100}
    measured = {"small": 110, "grown": 111}
    assert budgets.exceeded(limits, measured) == [
        "grown: 111, 11.0 % more than its budget of 100"
    ]


def test_the_floor_measures_every_part_that_a_table_asks_for():
    floor = bench.floor().run([], icount=True, memory="64M")
    parts, _ = bench.results(floor)
    needed = {f"floor_{part}" for n in tables.FLOORS.values() for part in n}
    assert set(parts) == needed
    assert 256 < parts["floor_zero"] < 300  # 16 bytes for each instruction
    assert 512 < parts["floor_copy"] < 600  # a word
    assert set(tables.floors(parts)) == set(tables.FLOORS)


REPORT = {
    "about": ["an emulator"],
    "icount": {
        "quire": {"null_call": 100, "anon_fault": 800, "open_close": 1000},
        "linux": {"null_call": 300, "anon_fault": 3200},
        "floor": {"floor_call": 50, "floor_fault": 100, "floor_zero": 500},
    },
    "wall": {"quire": {"null_call": (50.0, 40.0, 70.0)}},
    "frames": {"quire": {"frames_at_prompt": 261}},
    "same": True,
    "boot": {"PVH, floor": (0.05, 0.04)},
}


def test_the_table_compares_with_linux_and_with_the_floor():
    lines = tables.text(REPORT).splitlines()
    row = next(line.split() for line in lines if line.startswith("anon_fault"))
    assert row == ["anon_fault", "800", "3,200", "0.25", "600", "1.33"]
    row = next(line.split() for line in lines if line.startswith("open_close"))
    assert row == ["open_close", "1,000", "-", "-", "100", "10.00"]


def test_the_chart_draws_a_bar_for_each_figure():
    root = xml.fromstring(tables.svg(REPORT))
    titles = [e.text for e in root.iter() if e.tag.endswith("title")]
    assert "anon_fault, linux: 3,200 instructions" in titles
    assert "null_call, quire: 50 ns" in titles
    # Three of Quire, two of Linux, three of the floor; one wall time.
    assert len(titles) == 9
