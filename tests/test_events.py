"""The event stream: well formed, complete, and off unless asked for."""

import re

import pytest

from conftest import PASSED, ROOT

LINE = re.compile(r"^@(\d+) (\d+) ([a-z-]+)((?: [a-z_]+=\S*)*)$")


@pytest.fixture(scope="module")
def events(module_boot):
    machine = module_boot("init=/bin/true", events=True)
    machine.wait(30, PASSED)
    return machine.events()


def test_every_line_is_well_formed(events):
    assert events
    for line in events:
        assert LINE.match(line), line


def test_sequence_has_no_gap_and_time_does_not_go_back(events):
    found = [LINE.match(line) for line in events]
    assert [int(m[1]) for m in found] == list(range(1, len(found) + 1))
    cycles = [int(m[2]) for m in found]
    assert cycles == sorted(cycles)


def test_a_program_leaves_all_kinds(events):
    kinds = {LINE.match(line)[3] for line in events}
    assert {"alloc", "map", "fault", "region-add", "exec", "exit"} <= kinds


def test_every_kind_of_event_comes(boot):
    """And each line of them all is well formed."""
    machine = boot("init=/test/runner -- remap cuts filemap", events=True)
    machine.wait(120, PASSED)
    source = " ".join(
        path.read_text() for part in ("kernel", "mm") for path in (ROOT / part).glob("*.c")
    )
    kinds = set(re.findall(r'EVENT\("([a-z-]+)', source))
    lines = machine.events()
    assert len(kinds) > 10 and all(map(LINE.match, lines))
    assert kinds == {LINE.match(line)[3] for line in lines}


def test_off_by_default(boot, tmp_path):
    path = tmp_path / "events"
    machine = boot("init=/bin/true", extra=["-debugcon", f"file:{path}"])
    machine.wait(20, PASSED)
    assert path.read_bytes() == b""
