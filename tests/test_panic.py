"""The panic path: a cause, registers, a backtrace with names, a status."""

import re
import subprocess

import pytest

from conftest import BUILD, PANIC, PASSED, ROOT


def nmi(machine):
    """Injects an NMI. -> where it came, by the first line of the backtrace"""
    machine.monitor("inject-nmi")
    machine.expect(r"^NMI$")
    machine.expect(r"^rip [0-9a-f]{16} ")
    return machine.expect(r"^  #0 0x[0-9a-f]{16}(?: (\S+))?\n")[1]


def test_nmi_shows_a_named_backtrace_and_the_machine_goes_on(boot):
    machine = boot.shell()
    machine.rest(1)  # until the kernel idles
    assert nmi(machine), "no name"
    machine.send("poweroff\r")
    machine.wait(20, PASSED)


@pytest.mark.skipif(BUILD.name != "build", reason="that kernel is mostly in checks")
def test_nmis_at_any_instruction_disturb_nothing(boot):
    """QEMU delivers them between blocks of instructions: the first one of the
    system-call entry, where stack and GS are the program's, begins a block."""
    machine = boot("init=/test/helper-calls")
    machine.expect("frames free")
    places = []
    while places.count("syscall_entry+0x0") < 3 and len(places) < 2000:
        places.append(nmi(machine))
    machine.send("\r")
    machine.expect(r"^\d+ rounds, 0 wrong$", 60)
    machine.wait(20, PASSED)
    assert places.count("syscall_entry+0x0") == 3, set(places)
    assert None in places, "none came in ring 3"


@pytest.mark.parametrize("program", ["helper-wait", "helper-calls"])
def test_machine_check_is_a_panic_that_says_so(boot, program):
    """Idle, and in the middle of calls: not a reset, which is what the CPU does
    where nobody has asked for machine checks."""
    machine = boot(f"init=/test/{program}")
    machine.expect("frames free")
    machine.rest(0.5)
    status = "0xb200000000000000"  # valid, uncorrected, enabled, context corrupt
    machine.human(f"mce 0 0 {status} 0x4 0x0 0x0")
    machine.wait(30, PANIC)
    assert "PANIC: machine check (vector 18" in machine.output


def test_symbolize_adds_files_and_lines(boot):
    machine = boot("init=/bin/nothing")
    machine.wait(20, PANIC)
    elf = BUILD / "quire.elf"
    result = subprocess.run(
        [ROOT / "tools/symbolize", elf],
        input=machine.output,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert re.search(r"#\d+ 0x\w+ \w+\+0x\w+  kernel/\w+\.c:\d+", result.stdout)


def test_hang_is_explained(boot):
    """What the harness says of a guest that does not end: the kernel itself
    tells where it was."""
    import qemu

    machine = boot.shell(events=True)
    try:
        machine.wait(timeout=0.2)
    except qemu.Hang as hang:
        text = str(hang)
    assert "RIP=" in text
    assert "\nNMI\n" in text and "#0 0x" in text
    assert re.search(r"^@\d+ \d+ \w+", text, re.M), "no events"
