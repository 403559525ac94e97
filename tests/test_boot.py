"""Booting: by GRUB and by PVH, BIOS and UEFI, little and much memory, old and new
CPUs, and leaving again."""

import re
import time

import pytest

from conftest import BUILD, FAILED, PANIC, PASSED, PROMPT, make_iso, pack
from qemu import uefi_firmware

ISO = BUILD / "quire.iso"


def use_and_leave(machine, timeout=20):
    machine.expect(r"Quire \d", timeout)
    machine.expect(PROMPT, timeout)
    machine.send("echo $? hello\r")
    machine.expect(r"^0 hello$")
    machine.expect(PROMPT)
    machine.send("poweroff\r")
    machine.wait(20, PASSED)
    assert "audit clean" in machine.output


def test_pvh(boot):
    use_and_leave(boot())


def test_iso_by_bios(boot):
    use_and_leave(boot(iso=ISO))


@pytest.mark.skipif(not uefi_firmware(), reason="no OVMF on this machine")
def test_iso_by_uefi(boot):
    machine = boot(iso=ISO, uefi=True)
    use_and_leave(machine, timeout=60)
    assert "error:" not in machine.output, "GRUB complains"


@pytest.mark.parametrize("memory", ["32M", "33M", "1G", "4G", "8G"])
def test_memory_size(boot, memory):
    use_and_leave(boot(memory=memory))


@pytest.mark.parametrize("memory", ["32M", "8G"])
def test_memory_size_by_grub(boot, memory):
    use_and_leave(boot(iso=ISO, memory=memory))


@pytest.mark.parametrize("cpu", ["max", "qemu64", "Nehalem", "EPYC"])
def test_cpu_model(boot, cpu):
    use_and_leave(boot(cpu=cpu))


@pytest.mark.parametrize("cpu", ["qemu64,-lm", "qemu64,-nx", "486"])
def test_cpu_that_cannot_run_it_is_told(boot, cpu):
    boot(cpu=cpu).expect(r"^Quire needs a 64-bit x86 CPU with NX\.$")


def test_banner_names_the_command_line(boot):
    machine = boot("init=/bin/true some=thing")
    machine.wait(20, PASSED)
    assert "some=thing" in machine.output


def test_init_that_succeeds_passes(boot):
    boot("init=/bin/true").wait(20, PASSED)


def test_init_that_fails_fails(boot):
    boot("init=/bin/false").wait(20, FAILED)


def test_init_that_crashes_fails(boot):
    boot("init=/bin/crash -- null").wait(20, FAILED)


def test_strace_prints_calls_and_results(boot):
    output = boot.run("true; nothing", options="strace=1", status=FAILED)
    assert re.search(r"^sh\[\d+\]: execve\(0x\w+, 0x\w+, 0x\w+\)$", output, re.M)
    assert re.search(r"^sh\[\d+\]: \w+ = 0x?\w+$", output, re.M)
    assert re.search(r"^sh\[\d+\]: \w+ = -2$", output, re.M)


def test_arguments_reach_init(boot):
    machine = boot("init=/bin/echo -- one two")
    machine.wait(20, PASSED)
    assert "\none two\n" in machine.output


def test_missing_init_is_a_panic_that_names_it(boot):
    machine = boot("init=/bin/nothing")
    machine.wait(20, PANIC)
    assert "PANIC: " in machine.output
    assert "/bin/nothing" in machine.output.split("PANIC: ")[1]


def test_missing_initramfs_is_a_panic_that_says_so(boot):
    machine = boot(initrd=None)
    machine.wait(20, PANIC)
    assert "initramfs" in machine.output.split("PANIC: ")[1]


def test_no_command_line_of_any_length_breaks_the_kernel(boot):
    for length in 100, 510, 511, 512, 513, 3000:
        machine = boot("init=/bin/true " + "x" * (length - 15))
        assert machine.wait(20) in (PASSED, PANIC), machine.verdict()


def test_iso_with_another_command_line(boot, tmp_path):
    iso = make_iso(tmp_path, "init=/bin/echo -- from grub")
    machine = boot(iso=iso)
    machine.wait(20, PASSED)
    assert "\nfrom grub\n" in machine.output


def test_a_console_that_nobody_reads_for_a_while_loses_nothing(boot, tmp_path):
    """As on a host with much to do: what QEMU keeps for us is soon full."""
    text = "".join(f"line {i} of many\n" for i in range(40000))
    initrd = pack(tmp_path / "long.cpio", {"etc/long": text})
    machine = boot("-- cat /etc/long", initrd=initrd)
    time.sleep(3)
    machine.wait(60, PASSED)
    assert machine.output.count(text) == 1, "characters are missing"


# ---- Leaving a machine that is not made for tests ---------------------------------


def test_acpi_powers_off(boot):
    machine = boot("init=/bin/true", debug_exit=False)
    assert machine.wait(60) == 0 and not machine.reset
    assert "audit clean" in machine.output


def test_machine_that_does_not_power_off_halts(boot):
    """A panic does not: who would read it then?"""
    machine = boot("init=/bin/nothing", debug_exit=False)
    machine.expect(r"PANIC: ")
    machine.expect(r"^Halted: it is now safe to switch the machine off\.$")


def test_restart(boot):
    machine = boot("-- /test/helper-exit restart")
    assert machine.wait(60) == 0 and machine.reset
    assert "\nRestarting.\n" in machine.output
