"""What the attacks of tests/user/attack-*.c cannot do alone: ask Linux, take all
the memory of a machine, and be the kernel.

The kernel's own rights are tried from outside: QEMU's gdb stub stops it in a
system call and lets it go on with another register, as a bug would.
"""

import os
import platform
import re
import shutil
import socket
import subprocess

import pytest

from conftest import BUILD, PANIC, PASSED, ROOT

ATTACKS = sorted(path.stem for path in (ROOT / "tests/user").glob("attack-*.c"))

# `make test-attack`: how often at full length.
FULL = {
    "attack-privileged": 1,
    "attack-segments": 1,
    "attack-memory": 1,
    "attack-frames": 7,
    "attack-fresh": 1000000,
    "attack-registers": 100000,
    "attack-limits": 30000,
}


# ---- Linux is the oracle --------------------------------------------------------


@pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64",
    reason="Linux on x86-64 is the oracle",
)
@pytest.mark.parametrize("name", ATTACKS)
def test_linux_refuses_it_in_the_same_way(name, tmp_path):
    compiler = os.environ.get("HOSTCC") or shutil.which("gcc") or "cc"
    program = tmp_path / name
    source = ROOT / f"tests/user/{name}.c"
    flags = ["-static", "-O2", "-std=c11", "-D_GNU_SOURCE", "-w"]
    subprocess.run([compiler, *flags, "-o", program, source], check=True)
    done = subprocess.run(
        [program], cwd=tmp_path, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    output = done.stdout.decode()
    assert done.returncode == 0 and "not ok" not in output, output


# ---- All of a machine -----------------------------------------------------------


@pytest.mark.skipif("debug" in BUILD.name, reason="an audit after every call")
def test_processes_and_memory_without_end(boot):
    machine = boot("init=/test/attack-bomb -- 0", memory="32M")
    machine.wait(600, PASSED)
    assert "not ok" not in machine.output
    assert "audit clean" in machine.output


@pytest.mark.skipif("QUIRE_ATTACK" not in os.environ, reason="long: make test-attack")
@pytest.mark.parametrize("name", FULL)
def test_at_full_length(name, boot, record_property):
    output = boot.run(f"/test/{name} {FULL[name]}", timeout=1800)
    assert "not ok" not in output
    record_property("points", (output.count("\nok "), 0))


# ---- The kernel's own rights ------------------------------------------------------

RDI, RBP, RSP, RIP = 5, 6, 7, 16  # as gdb numbers registers
FRAME_RIP, FRAME_RSP = 17 * 8, 20 * 8  # struct trap_frame
DIRECT_BASE = 0xFFFF800000000000


class Stub:
    """QEMU's gdb stub: stops the machine and changes it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self.input = self.socket.makefile("rb")
        self.ask("qXfer:features:read:target.xml:0,ffb")  # or it hides registers

    def close(self):
        self.input.close()
        self.socket.close()

    def send(self, command):
        data = command.encode()
        self.socket.sendall(b"$" + data + b"#%02x" % (sum(data) % 256))

    def reply(self):
        while self.input.read(1) != b"$":
            pass
        data = b""
        while (c := self.input.read(1)) != b"#":
            data += c
        self.input.read(2)
        self.socket.sendall(b"+")
        return data.decode()

    def ask(self, command):
        self.send(command)
        return self.reply()

    def register(self, number, value=None):
        if value is None:
            return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")
        text = value.to_bytes(8, "little").hex()
        assert self.ask(f"P{number:x}={text}") == "OK"

    def word(self, address):
        return int.from_bytes(bytes.fromhex(self.ask(f"m{address:x},8")), "little")


def symbol(name):
    command = ["nm", str(BUILD / "quire.elf")]
    lines = subprocess.check_output(command, text=True).splitlines()
    return next(int(line.split()[0], 16) for line in lines if line.split()[2] == name)


def user_code(stub):
    return stub.word(stub.register(RDI) + FRAME_RIP)


def user_stack(stub):
    return stub.word(stub.register(RDI) + FRAME_RSP) & ~0xFFF


def end_of_stack(stub):
    """Of the kernel's: below it is nothing."""
    page = stub.register(RSP) & ~0xFFF
    while not stub.ask(f"m{page - 8:x},8").startswith("E"):
        page -= 0x1000
    return page


# What the kernel does wrongly in syscall(), with which it looks at the frame at RDI:
# the register that changes, to what, and how the CPU must stop it.
WRONGS = {
    "executes user memory (SMEP)": (RIP, user_code, "execute"),
    "reads user memory (SMAP)": (RDI, user_stack, "read from"),
    "writes read-only memory (WP)": (RDI, lambda _: symbol("vectors"), "write to"),
    "executes data (NX)": (RIP, lambda _: DIRECT_BASE + 0x1000, "execute"),
    "jumps to address 0": (RIP, lambda _: 0, "execute"),
    "reads nothing": (RDI, lambda _: 0, "read from"),
}


def do_wrong(boot, directory, register, find, cpu="max"):
    """-> the machine after it, and the address that it is about"""
    path = directory / "gdb"
    chardev = f"socket,id=gdb,path={path},server=on,wait=off"
    extra = ["-S", "-chardev", chardev, "-gdb", "chardev:gdb"]
    machine = boot("strace=1 -- /test/hello-static", cpu=cpu, extra=extra)
    stub = Stub(path)
    try:
        at = symbol("syscall")
        assert stub.ask(f"Z1,{at:x},1") == "OK"
        assert stub.ask("c").startswith("T05")
        assert stub.ask(f"z1,{at:x},1") == "OK"
        address = find(stub)
        # Code of the program ends with `leave` and `ret`: let it return.
        stub.register(RBP, stub.register(RSP) - 8)
        stub.register(register, address)
        stub.send("c")
        machine.rest(2)
    finally:
        stub.close()
    return machine, address


@pytest.mark.skipif("san" in BUILD.name, reason="KASAN sees it first")
@pytest.mark.parametrize("what", WRONGS)
def test_the_cpu_stops_a_kernel_that(what, boot, tmp_path):
    register, find, access = WRONGS[what]
    machine, address = do_wrong(boot, tmp_path, register, find)
    machine.wait(60, PANIC)
    message = rf"PANIC: page fault in the kernel: {access} 0x(\w+)"
    match = re.search(message, machine.output)
    assert match and 0 <= int(match[1], 16) - address < 0x1000


@pytest.mark.skipif("san" in BUILD.name, reason="KASAN sees it first")
@pytest.mark.parametrize("what", list(WRONGS)[:2])
def test_without_the_protection_nothing_stops_it(what, boot, tmp_path):
    """The control: so it was the protection."""
    register, find, _ = WRONGS[what]
    machine, _ = do_wrong(boot, tmp_path, register, find, "max,-smep,-smap")
    assert "no-SMEP no-SMAP" in machine.output
    assert "page fault in the kernel" not in machine.output


def test_a_kernel_stack_that_overflows_is_named(boot, tmp_path):
    """It has a guard below it, and the double fault a stack of its own."""
    machine, end = do_wrong(boot, tmp_path, RSP, end_of_stack)
    machine.wait(60, PANIC)
    match = re.search(r"PANIC: kernel stack overflow at 0x(\w+)", machine.output)
    assert match and 0 < end - int(match[1], 16) <= 16
