#!/usr/bin/env python3
"""Run QEMU for people and for tests.

Owns: QEMU's command line, the meaning of its exit status, and what is said
about a guest that hangs. The tests use Machine; people use `make run`.

Everything is reached through anonymous sockets and files below build/: no TCP
port, no name that two checkouts could share.
"""

import argparse
import codecs
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time
import tty
from pathlib import Path

import counts
import recording

QEMU = os.environ.get("QEMU", "qemu-system-x86_64")

# isa-debug-exit turns the value v into the status 2 v + 1, so that no accident
# looks like success: under -no-reboot a triple fault makes QEMU exit with 0.
PASSED, FAILED, PANIC = 33, 35, 37
MEANING = {PASSED: "passed", FAILED: "failed", PANIC: "kernel panic"}

FIRMWARE = (
    "/usr/share/OVMF/OVMF_CODE_4M.fd",
    "/usr/share/OVMF/OVMF_CODE.fd",
    "/usr/share/edk2/ovmf/OVMF_CODE.fd",
    "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
    "/usr/share/edk2/x64/OVMF_CODE.fd",
)

# Slow machines: multiplies every time-out.
PATIENCE = float(os.environ.get("QUIRE_PATIENCE", "1"))


def uefi_firmware():
    """The UEFI firmware of this machine, or None."""
    return next((path for path in FIRMWARE if os.path.exists(path)), None)


def command_line(
    *,
    kernel=None,
    initrd=None,
    append="",
    iso=None,
    memory="128M",
    cpu="max",
    accel="tcg",
    uefi=False,
    events=None,
    debug_exit=True,
    extra=(),
):
    """QEMU's arguments for this machine, without serial line and monitor."""
    args = [QEMU, "-machine", f"pc,accel={accel}", "-cpu", cpu, "-m", memory]
    args += ["-display", "none", "-nic", "none", "-no-reboot", "-no-user-config"]
    if debug_exit:
        args += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if iso:
        args += ["-drive", f"file={iso},media=cdrom,format=raw,readonly=on"]
        args += ["-boot", "d"]
    else:
        args += ["-kernel", str(kernel), "-append", append]
    if initrd:
        args += ["-initrd", str(initrd)]
    if uefi:
        flash = f"if=pflash,unit=0,format=raw,readonly=on,file={uefi_firmware()}"
        args += ["-drive", flash]
    if events:
        args += ["-chardev", f"file,id=events,path={events}"]
        args += ["-device", "isa-debugcon,iobase=0xe9,chardev=events"]
    return args + counts.plugin(kernel or iso) + list(extra)


class Hang(AssertionError):
    """The guest did not do in time what was expected; the text says what it
    was doing instead."""


class Crash(AssertionError):
    """QEMU ended with another status than expected."""


class Machine:
    """A running QEMU whose console and monitor we hold.

    output      what the console has shown so far
    status      QEMU's exit status, once wait() has returned
    name        of the emulator: tools/bochs.py has another
    """

    name = "QEMU"

    def __init__(self, wrapper=(), **config):
        self.events_path = config.get("events")
        args = command_line(**config)
        self.recording = recording.begin(args)
        self.args = [*wrapper, *(self.recording.args if self.recording else args)]
        self.output = ""  # of the console so far, without carriage returns
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.seen = 0  # how much of the output expect() has consumed
        self.echo = None  # a binary stream that gets the output too
        self.status = None
        self.reset = False  # the guest asked for a reset: a triple fault
        self.replies = []
        self.partial = b""
        self.serial, serial_fd = socket.socketpair()
        self.qmp, qmp_fd = socket.socketpair()
        line, streams = f"socket,id=serial,fd={serial_fd.fileno()}", {}
        self.console = self.serial  # what the console is read from
        if self.recording:
            line = "stdio,id=serial,signal=off"
            self.console, streams = recording.streams(serial_fd)
        self.process = subprocess.Popen(
            self.args
            + ["-chardev", line]
            + ["-serial", "chardev:serial"]
            + ["-chardev", f"socket,id=qmp,fd={qmp_fd.fileno()}"]
            + ["-mon", "chardev=qmp,mode=control"],
            pass_fds=(serial_fd.fileno(), qmp_fd.fileno()),
            stderr=subprocess.PIPE,
            **(streams or {"stdin": subprocess.DEVNULL}),
        )
        if self.recording:
            streams["stdout"].close()
        serial_fd.close()
        qmp_fd.close()
        self.open = {self.console, self.qmp}
        self.started = time.monotonic()
        self.monitor("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        if self.recording:
            self.end_recording()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        for stream in self.serial, self.console, self.qmp:
            stream.close()

    def end_recording(self):
        """Lets QEMU complete its log, which killing would cut short."""
        if self.process.poll() is None and self.qmp in self.open:
            self.monitor("quit")
            self.rest(10)
        self.recording.end(self.output)

    # ---- Both sockets are read here, and only here.

    def pump(self, seconds):
        """Reads what has come; waits at most so long for the first of it."""
        if not self.open:
            return
        ready, _, _ = select.select(list(self.open), [], [], max(0, seconds))
        for sock in ready:
            try:
                data = os.read(sock.fileno(), 65536)
            except ConnectionResetError:
                data = b""
            if not data:
                self.open.discard(sock)
            elif sock is self.console:
                self.output += self.decoder.decode(data).replace("\r", "")
                if self.echo:
                    self.echo.write(data)
                    self.echo.flush()
            else:
                self.read_monitor(data)

    def read_monitor(self, data):
        *lines, self.partial = (self.partial + data).split(b"\n")
        for message in map(json.loads, filter(None, map(bytes.strip, lines))):
            if message.get("event") == "SHUTDOWN":
                self.reset = message["data"]["reason"] == "guest-reset"
            elif "return" in message or "error" in message:
                self.replies.append(message)

    def monitor(self, command, **arguments):
        """One QMP command. -> its result, or None if QEMU is gone."""
        self.replies.clear()
        request = {"execute": command, "arguments": arguments}
        try:
            self.qmp.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            return None
        end = time.monotonic() + 10
        while not self.replies and self.qmp in self.open:
            if time.monotonic() > end:
                return None
            self.pump(0.1)
        return self.replies[0].get("return") if self.replies else None

    def human(self, command):
        """One command of QEMU's monitor for people: `info registers`."""
        reply = self.monitor("human-monitor-command", **{"command-line": command})
        return reply or "(QEMU does not answer)"

    # ---- What tests do with a machine.

    def send(self, text):
        data = text.encode() if isinstance(text, str) else text
        if not self.recording:
            self.serial.sendall(data)
            return
        # What overruns the UART's 16 bytes is lost: a recording QEMU takes
        # bytes before the guest has read those before.
        for i in range(0, len(data), 8):
            self.serial.sendall(data[i : i + 8])
            self.rest(0.05)

    def expect(self, pattern, timeout=20):
        """Waits until the console shows the regular expression, after what the
        last expect() matched. -> the match"""
        end = time.monotonic() + timeout * PATIENCE
        wanted = re.compile(pattern, re.MULTILINE)
        while True:
            match = wanted.search(self.output, self.seen)
            if match:
                self.seen = match.end()
                return match
            if self.console not in self.open:
                self.wait()
                raise Crash(f"{self.name} {self.verdict()} before showing {pattern!r}")
            if time.monotonic() > end:
                raise Hang(self.explain(f"{pattern!r} did not come", timeout))
            self.pump(end - time.monotonic())

    def rest(self, seconds):
        """Lets the guest run for so long."""
        end = time.monotonic() + seconds * PATIENCE
        while self.open and time.monotonic() < end:
            self.pump(end - time.monotonic())

    def wait(self, timeout=60, status=None):
        """Waits for the end. status: which one it must be. -> the status"""
        end = time.monotonic() + timeout * PATIENCE
        while self.open:
            if time.monotonic() > end:
                raise Hang(self.explain("the guest did not end", timeout))
            self.pump(end - time.monotonic())
        self.status = self.process.wait(10)
        if status is not None and self.status != status:
            raise Crash(f"{self.name} {self.verdict()}, expected {MEANING[status]}")
        return self.status

    def verdict(self):
        if self.status in MEANING:
            return f"exited with status {self.status}: {MEANING[self.status]}"
        if self.reset:
            return "was reset by the guest: a triple fault"
        errors = self.process.stderr.read().decode(errors="replace").strip()
        return f"crashed with status {self.status} {errors}"

    def events(self):
        """The lines of the event stream so far."""
        if not self.events_path or not os.path.exists(self.events_path):
            return []
        return Path(self.events_path).read_text(errors="replace").splitlines()

    def explain(self, what, timeout):
        """Ends a guest that hangs. -> all that can be said about it"""
        registers = self.human("info registers")
        registers = registers.split("\nFCW=")[0].split("\nEFER=")[0]
        before = len(self.output)
        self.monitor("inject-nmi")  # the kernel answers with its own backtrace
        self.rest(3)
        answer = self.output[before:].strip()
        parts = [
            f"{what} within {timeout * PATIENCE:g} s",
            "--- registers\n" + registers.strip(),
            "--- the kernel, after an NMI\n" + (answer or "(no answer)"),
        ]
        if self.events_path:
            last = self.events()[-20:]
            parts.append("--- last events\n" + ("\n".join(last) or "(none)"))
        self.close()
        return "\n".join(parts)


# ---- The command line ---------------------------------------------------------


def machine_config(args):
    names = "kernel initrd append iso memory cpu accel uefi events extra"
    return {name: getattr(args, name) for name in names.split()}


def run(args):
    """Console in this terminal; Ctrl-A x ends QEMU."""
    print("Console of Quire. To quit: `poweroff`, or Ctrl-A and then x.")
    sys.stdout.flush()
    ours, theirs = socket.socketpair()
    command = command_line(**machine_config(args))
    command += ["-serial", "mon:stdio"]
    command += ["-chardev", f"socket,id=qmp,fd={theirs.fileno()}"]
    command += ["-mon", "chardev=qmp,mode=control"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, pass_fds=(theirs.fileno(),))
    theirs.close()
    ours.sendall(b'{"execute": "qmp_capabilities"}\n')
    talk = b"".join(iter(lambda: ours.recv(4096), b""))
    status = process.wait()
    if status == PASSED:
        return 0
    if status == 0 and b'"guest-reset"' not in talk:
        return 0  # the user ended QEMU
    if status == 0:
        print("\nThe guest reset the machine: a reboot, or a triple fault.")
        return 1
    print(f"\nQEMU exited with status {status}: {MEANING.get(status, 'a crash')}.")
    return 1


def batch(args):
    """Shows the console and judges the end: for scripts."""
    with Machine(**machine_config(args)) as machine:
        machine.echo = sys.stdout.buffer
        try:
            machine.wait(args.timeout, PASSED)
        except (Hang, Crash) as problem:
            print(f"\n{problem}")
            return 1
        return 0


def gdb(args):
    """QEMU halted at the kernel's entry, gdb attached."""
    build = Path(args.kernel).parent
    gdb_socket = build / f"gdb-{os.getpid()}.sock"
    console = build / "console.sock"
    qemu = subprocess.Popen(
        command_line(**machine_config(args))
        + ["-S", "-monitor", "none", "-gdb", "chardev:gdb"]
        + ["-chardev", f"socket,id=gdb,path={gdb_socket},server=on,wait=off"]
        + ["-chardev", f"socket,id=console,path={console},server=on,wait=off"]
        + ["-serial", "chardev:console"],
        start_new_session=True,  # Ctrl-C is for gdb
        stdin=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while not gdb_socket.exists() and qemu.poll() is None:
        time.sleep(0.02)
    print("The console: `make console` in another terminal.")
    command = ["gdb", "-q", args.kernel, "-x", "tools/gdb/quire.py"]
    for program in args.program:
        command += ["-ex", f"add-symbol-file {program_file(build, program)}"]
    command += ["-ex", f"target remote {gdb_socket}"]
    command += ["-ex", "thbreak start_pvh", "-ex", "thbreak kernel_main"]
    command += ["-ex", "continue"]
    try:
        return subprocess.call(command)
    finally:
        qemu.kill()
        qemu.wait()
        for path in gdb_socket, console:
            path.unlink(missing_ok=True)


def program_file(build, name):
    for directory in "user/bin", "tests/user":
        if (build / directory / name).exists():
            return build / directory / name
    if name == "libc.so":
        return build / "user/libc.so"
    for path in build.glob(f"tests/labs/*/{name}"):
        return path
    sys.exit(f"qemu.py: no program {name} below {build}")


def console(args):
    """This terminal becomes the console of the machine that gdb() runs."""
    path = Path(args.build) / "console.sock"
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.connect(str(path))
    except OSError as error:
        sys.exit(f"qemu.py: {path}: {error.strerror}: is `make gdb` running?")
    print("Console of Quire. To quit: Ctrl-].\r")
    saved = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        while True:
            ready, _, _ = select.select([0, sock], [], [])
            data = os.read(0, 4096) if 0 in ready else b""
            if 0 in ready and (not data or b"\x1d" in data):
                return 0
            sock.sendall(data)
            if sock in ready:
                shown = sock.recv(65536)
                if not shown:
                    return 0
                os.write(1, shown)
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, saved)


def main():
    parser = argparse.ArgumentParser(description="Run Quire in QEMU.")
    parser.add_argument("--kernel", default="build/quire.elf")
    parser.add_argument("--initrd", default="build/initramfs.cpio")
    parser.add_argument("--append", default="", help="kernel command line")
    parser.add_argument("--iso", help="boot this instead of the kernel")
    parser.add_argument("--memory", default="128M")
    parser.add_argument("--cpu", default="max")
    parser.add_argument("--accel", default="tcg")
    parser.add_argument("--uefi", action="store_true", help="instead of BIOS")
    parser.add_argument("--events", help="file for the event stream")
    parser.add_argument("--extra", nargs="*", default=[], help="for QEMU")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help=run.__doc__)
    judged = commands.add_parser("batch", help=batch.__doc__)
    judged.add_argument("--timeout", type=float, default=60)
    debug = commands.add_parser("gdb", help=gdb.__doc__)
    debug.add_argument("--program", action="append", default=[])
    attach = commands.add_parser("console", help=console.__doc__)
    attach.add_argument("--build", default="build")
    args = parser.parse_args()
    if args.iso:
        args.kernel = args.initrd = None
    command = {"run": run, "batch": batch, "gdb": gdb, "console": console}
    sys.exit(command[args.command](args))


if __name__ == "__main__":
    main()
