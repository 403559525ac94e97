"""The panic path: a cause, registers, a backtrace with names, a status."""

import re
import subprocess

from conftest import BUILD, PANIC, ROOT


def test_nmi_panics_with_a_named_backtrace(boot):
    machine = boot.shell()
    machine.rest(1)  # until the kernel idles
    machine.monitor("inject-nmi")
    machine.wait(20, PANIC)
    text = machine.output.split("PANIC: ")[1]
    assert re.search(r"rip [0-9a-f]{16}", text)
    assert re.search(r"^  #0 0x[0-9a-f]{16} \w+\+0x[0-9a-f]+$", text, re.M)


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
    assert "PANIC: " in text and "#0 0x" in text
    assert re.search(r"^@\d+ \d+ \w+", text, re.M), "no events"
