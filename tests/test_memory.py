"""Memory runs out where that is worst: under process 1."""

import pytest

from conftest import PASSED


def test_another_process_makes_room_for_process_1(boot):
    machine = boot("init=/test/helper-oom", memory="32M")
    machine.wait(60, PASSED)
    assert "killed, to leave memory for init" in machine.output
    assert "audit clean" in machine.output


@pytest.mark.parametrize("who", ["dying", "other"])
def test_who_needs_memory_waits_for_those_who_die(boot, who):
    machine = boot(f"init=/test/helper-oom -- {who}", memory="32M")
    machine.wait(60, PASSED)
    assert "killed" not in machine.output
    assert "audit clean" in machine.output
