"""Record and replay: what a machine did can be repeated to the last byte."""

import os
import re
import subprocess
import sys

import pytest

from conftest import BUILD, FAILED, PROMPT, ROOT, base_files, pack

DELAYS = "sleep 0.1; ps; cat /proc/uptime; crash null"

TEST = "tests/test_boot.py::test_init_that_succeeds_passes"


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("QUIRE_RECORD", str(tmp_path / "replay"))
    return tmp_path / "replay"


def run(*command, **variables):
    """-> what a command printed, and its status"""
    env = {k: v for k, v in os.environ.items() if k[:4] not in ("PYTE", "QUIR")}
    result = subprocess.run(
        command, cwd=ROOT, env=env | variables, capture_output=True, text=True
    )
    return result.stdout + result.stderr, result.returncode


def replay(what, **variables):
    return run(sys.executable, "tools/replay", str(what), **variables)


def test_a_failure_is_replayed_to_the_last_byte(boot, recorded):
    """With a console that shows times, and input that came when it came."""
    machine = boot.shell("init=/bin/sh")
    machine.send(DELAYS + "\n")
    machine.expect(PROMPT, 120)
    machine.send("exit 3\n")
    machine.wait(120, FAILED)
    machine.close()
    shown, status = replay(recorded / "0")
    assert status == 0, shown
    assert machine.output in shown.replace("\r", "")
    assert f"status was {FAILED}" in shown


def test_a_machine_that_is_ended_is_replayed_as_far_as_it_came(boot, recorded):
    machine = boot.shell("aslr=on")
    machine.close()
    shown, status = replay(recorded / "0")
    assert status == 0 and "the same as recorded" in shown, shown


def test_a_replay_that_differs_fails(boot, recorded):
    boot.run("init=/bin/true")
    boot.machines[0].close()
    (recorded / "0/console").write_text("something else")
    shown, status = replay(recorded / "0")
    assert status == 1 and "NOT what was recorded" in shown


def test_the_iso_can_be_recorded(boot, recorded):
    machine = boot(iso=BUILD / "quire.iso")
    machine.expect(PROMPT, 120)
    machine.close()
    shown, status = replay(recorded / "0")
    assert status == 0, shown


def test_what_a_failing_test_offers_works_when_pasted(tmp_path):
    """And what that offers in turn. The failure: a /bin/true that is false."""
    false = base_files()["bin/false"][1]
    pack(tmp_path / "initramfs.cpio", {"bin/true": false})
    (tmp_path / "quire.elf").symlink_to(BUILD / "quire.elf")
    here = {"QUIRE_BUILD": str(tmp_path)}
    quiet = ["-q", "-p", "no:cacheprovider"]
    shown, status = run(sys.executable, "-m", "pytest", *quiet, TEST, **here)
    offered = re.search(r"^make replay TEST='(.*)'$", shown, re.M)
    assert status and offered, shown
    shown, status = replay(offered[1], **here)
    assert "It failed in run 1. Recorded: 1 machine" in shown, shown
    offered = re.search(r"make replay RECORD=(\S+),", shown)
    shown, status = replay(offered[1])
    assert status == 0 and "init ended with status" in shown, shown
