"""Two ways in which real kernels fell, tried on this one and on weakened ones:
CVE-2012-0217 (sysret to an address that is none) and CVE-2018-8897 (a debug trap
that MOV SS holds back until the system-call entry).

Both need what QEMU does not emulate and Bochs does. A weakened kernel must fall,
or the attack proves nothing about the real one."""

import subprocess

import bochs
import mutants
import pytest
from conftest import BUILD, FAILED, PANIC, PASSED, ROOT, make_iso

pytestmark = [
    pytest.mark.skipif(bool(bochs.missing()), reason=str(bochs.missing())),
    pytest.mark.skipif(BUILD.name != "build", reason="once is enough"),
]

# Free memory in the kernel's direct map: what a program must not write.
CHOSEN = "ffff800004000000"
SYSRET = f"init=/test/helper-sysret -- {CHOSEN}"
MOV_SS = "init=/test/helper-breakpoint"


def weakened(name, *patches):
    """A kernel built with these patches. -> its build directory"""
    tree = BUILD / "mutants" / f"cve-{name}"
    mutants.copy_tree(tree)
    for path in patches:
        subprocess.run(["patch", "-p1", "-fs", "-i", path], cwd=tree, check=True)
    mutants.make(tree, ["iso/boot/quire.elf"])
    return tree / BUILD.name


def attack(start, tmp_path, build, words, status):
    machine = start(make_iso(tmp_path, words, build), "corei7_skylake_x")
    machine.wait(300, status)
    return machine.output


def mutant(name):
    return ROOT / f"tests/mutants/{name}.patch"


ARMED = ROOT / "tests/breakpoint-armed.patch"


def test_no_program_gets_the_page_that_sysret_needs(bochs_boot, tmp_path):
    output = attack(bochs_boot, tmp_path, BUILD, SYSRET, FAILED)
    assert "init ended with status 0x300" in output


def test_sysret_is_guarded_even_if_it_did(bochs_boot, tmp_path):
    build = weakened("guarded", mutant("memory-up-to-the-hole"))
    output = attack(bochs_boot, tmp_path, build, SYSRET, FAILED)
    assert "init ended with status 0xb" in output, "no SIGSEGV"


def test_without_the_guard_sysret_faults_on_the_chosen_stack(bochs_boot, tmp_path):
    build = weakened("sysret", mutant("sysret-to-nowhere"))
    output = attack(bochs_boot, tmp_path, build, SYSRET, PANIC)
    assert "PANIC: general protection fault" in output
    assert f"rsp {CHOSEN}" in output.split("PANIC: ")[1]


def test_a_trap_held_back_by_mov_ss_is_survived(bochs_boot, tmp_path):
    build = weakened("armed", ARMED)
    output = attack(bochs_boot, tmp_path, build, MOV_SS, PASSED)
    assert "mov ss; syscall: 0 wrong" in output


def test_without_a_stack_of_its_own_that_trap_is_the_end(bochs_boot, tmp_path):
    build = weakened("mov-ss", ARMED, mutant("debug-trap-without-stack"))
    output = attack(bochs_boot, tmp_path, build, MOV_SS, PANIC)
    assert "mov ss; nop: 1 traps" in output
    assert "PANIC: double fault" in output
