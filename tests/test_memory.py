"""Memory runs out where that is worst: under process 1."""

from conftest import PASSED


def test_another_process_makes_room_for_process_1(boot):
    machine = boot("init=/test/helper-oom", memory="32M")
    machine.wait(60, PASSED)
    assert "killed, to leave memory for init" in machine.output
    assert "audit clean" in machine.output
