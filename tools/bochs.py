#!/usr/bin/env python3
"""Run Bochs for people and for tests: the other machine, which has no code in
common with QEMU and resembles Intel's CPUs where that one resembles AMD's.

Owns: Bochs's configuration, and what tells how a guest ended there.

A machine has a directory of its own and its console is a pseudo-terminal: any
number may run at once. Time is the guest's own, counted in instructions: it
does not matter how fast the host is.
"""

import argparse
import codecs
import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import tty
from pathlib import Path

import qemu
from qemu import FAILED, PANIC, PASSED

BOCHS = os.environ.get("BOCHS", "bochs")
SHARE = Path("/usr/share/bochs")
CPU = "corei7_skylake_x"
BIOS, VGABIOS = SHARE / "BIOS-bochs-latest", SHARE / "VGABIOS-lgpl-latest"

# The display is a pseudo-terminal that Bochs opens and names; it must be read, or
# Bochs waits for ever. What Bochs calls a panic ends it: a triple fault, and the
# word "Shutdown" on port 0x8900, which the kernel says when all is done.
CONFIG = """\
megs: {memory}
cpu: model={cpu}, count=1, ips=50000000, reset_on_triple_fault=0
clock: sync=none
romimage: file={bios}
vgaromimage: file={vgabios}
ata0-master: type=cdrom, path="{iso}", status=inserted
boot: cdrom
com1: enabled=1, mode=term, dev={serial}
display_library: term
log: "{directory}/log"
panic: action=fatal
"""
SCREEN = re.compile(r'connected to screen "(.*)"')
SHUTDOWN = "Shutdown port: shutdown requested"
TRIPLE_FAULT = "exception with no resolution"


def missing():
    """Why Bochs cannot run here, or None."""
    if not shutil.which(BOCHS):
        return "no Bochs on this machine"
    lacking = [str(path) for path in (BIOS, VGABIOS) if not path.exists()]
    return f"Bochs lacks {' and '.join(lacking)}" if lacking else None


class Terminal:
    """Our end of the guest's serial line, as a socket."""

    def __init__(self):
        # Both ends stay open: without the other one, reading ours fails.
        self.ours, self.theirs = pty.openpty()
        tty.setraw(self.theirs)
        self.path = os.ttyname(self.theirs)

    def fileno(self):
        return self.ours

    def recv(self, size):
        return os.read(self.ours, size)

    def sendall(self, data):
        while data:
            data = data[os.write(self.ours, data) :]

    def close(self):
        os.close(self.ours)
        os.close(self.theirs)


class Machine(qemu.Machine):
    """A running Bochs, to be used as QEMU's Machine is. status is what QEMU's
    would be, judged by what the console and Bochs's log say."""

    name = "Bochs"

    def __init__(self, iso, cpu=CPU, memory="128M"):
        self.directory = Path(tempfile.mkdtemp(prefix="quire-bochs-"))
        self.serial = Terminal()
        self.output = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.seen, self.echo, self.status = 0, None, None
        self.events_path = None
        config = CONFIG.format(
            memory=int(memory.rstrip("M")),
            cpu=cpu,
            iso=Path(iso).resolve(),
            bios=BIOS,
            vgabios=VGABIOS,
            serial=self.serial.path,
            directory=self.directory,
        )
        (self.directory / "bochsrc").write_text(config)
        (self.directory / "rc").write_text("c\n")  # the debugger: continue
        self.args = [BOCHS, "-q", "-f", "bochsrc", "-rc", "rc"]
        with open(self.directory / "said", "wb") as said:
            self.process = subprocess.Popen(
                self.args,
                cwd=self.directory,
                env={**os.environ, "TERM": "vt100"},
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.console, self.recording = self.serial, None
        self.open = {self.console}
        self.screen = None

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.directory.exists():
            self.process.stdin.close()
            self.serial.close()
            self.open.clear()
            if self.screen is not None:
                os.close(self.screen)
            shutil.rmtree(self.directory)

    def clear_screen(self):
        """Throws away what Bochs shows."""
        if self.screen is None:
            said = (self.directory / "said").read_text(errors="replace")
            if found := SCREEN.search(said):
                self.screen = os.open(found[1], os.O_RDONLY | os.O_NOCTTY)
                tty.setraw(self.screen)
        elif select.select([self.screen], [], [], 0)[0]:
            with contextlib.suppress(OSError):  # Bochs is gone
                os.read(self.screen, 65536)

    def pump(self, seconds):
        if not self.open:
            return
        self.clear_screen()
        ended = self.process.poll() is not None
        wait = 0 if ended else min(max(0, seconds), 0.2)
        if select.select([self.serial], [], [], wait)[0]:
            data = self.serial.recv(65536)
            self.output += self.decoder.decode(data).replace("\r", "")
            if self.echo:
                self.echo.write(data)
                self.echo.flush()
        elif ended:
            self.open.discard(self.serial)

    def wait(self, timeout=60, status=None):
        super().wait(timeout)
        log = self.directory / "log"
        if not log.exists():  # it has not even begun
            log = self.directory / "said"
        self.log = log.read_text(errors="replace")
        if "\nPANIC: " in self.output:
            self.status = PANIC
        elif SHUTDOWN in self.log:
            well = re.search(r"^shutdown: audit clean", self.output, re.M)
            bad = re.search(r"^init ended with status 0x(?!0$)", self.output, re.M)
            self.status = PASSED if well and not bad else FAILED
        if status is not None and self.status != status:
            raise qemu.Crash(f"Bochs {self.verdict()}, expected {status}")
        return self.status

    def verdict(self):
        if self.status in qemu.MEANING:
            return f"ended: {qemu.MEANING[self.status]}"
        if TRIPLE_FAULT in self.log:
            return "was ended by a triple fault"
        return f"crashed with status {self.status}\n{self.log[-2000:]}"

    def monitor(self, command, **arguments):
        raise NotImplementedError("Bochs has no monitor")

    def explain(self, what, timeout):
        """Ends a guest that hangs. -> what Bochs's debugger says about it"""
        said = self.directory / "said"
        before = said.stat().st_size
        self.process.send_signal(signal.SIGINT)  # stops at its prompt
        try:
            self.process.communicate(b"r\ncreg\nprint-stack 32\nq\n", timeout=20)
        except subprocess.TimeoutExpired:
            pass
        with open(said, "rb") as f:
            f.seek(before)
            answer = f.read().decode(errors="replace").replace("\r", "")
        self.close()
        tail = self.output[-1500:]
        return (
            f"{what} within {timeout * qemu.PATIENCE:g} s\n"
            f"--- Bochs's debugger\n{answer.strip() or '(no answer)'}\n"
            f"--- the console ended with\n{tail}"
        )


# ---- The command line ---------------------------------------------------------


def run(machine):
    """Console in this terminal; Ctrl-] ends Bochs."""
    print("Console of Quire in Bochs. To quit: `poweroff`, or Ctrl-].\r")
    sys.stdout.flush()
    machine.echo = sys.stdout.buffer
    saved = termios.tcgetattr(0) if os.isatty(0) else None
    if saved:
        tty.setraw(0)
    try:
        while machine.open:
            machine.pump(0.02)
            if saved and select.select([0], [], [], 0)[0]:
                data = os.read(0, 4096)
                if not data or b"\x1d" in data:
                    return 0
                machine.send(data)
        machine.wait()
    finally:
        if saved:
            termios.tcsetattr(0, termios.TCSADRAIN, saved)
    print(f"\nBochs {machine.verdict()}")
    return 0 if machine.status == PASSED else 1


def main():
    parser = argparse.ArgumentParser(description="Run Quire in Bochs.")
    parser.add_argument("--iso", default="build/quire.iso")
    parser.add_argument("--cpu", default=CPU, help="see bochs --help cpu")
    parser.add_argument("--memory", default="128M")
    args = parser.parse_args()
    if missing():
        sys.exit(f"bochs.py: {missing()}: apt-get install bochs bochs-term vgabios")
    with Machine(args.iso, args.cpu, args.memory) as machine:
        sys.exit(run(machine))


if __name__ == "__main__":
    main()
