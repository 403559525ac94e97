"""Programs of Debian packages as one meets them: keys typed at a terminal.

A session is what is typed and what must be shown then; it is held on this Linux,
on a pseudo-terminal, and at Quire's serial console, and must succeed on both. So
a session that expects too much fails on Linux first.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import oracle
import pytest

from conftest import base_files, mkinitramfs
from qemu import PATIENCE

pytestmark = oracle.not_in_debug
ENV = {"PATH": "/bin:/usr/bin", "HOME": "/", "TERM": "vt100", "LC_ALL": "C"}
SECONDS = 15  # for an answer
PROMPT = r"% $"
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>])|\a")
# Time for a program to begin to read: what is typed earlier is echoed earlier.
REST = 0.4


class Terminal:
    """A program of this Linux on a pseudo-terminal, used like a Machine."""

    def __init__(self, command, directory):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # What a shell starts with & ignores them, and this would inherit it.
            for number in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            os.chdir(directory)
            os.execve(command[0], command, {**ENV, "PS1": "% "})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        self.output = ""

    def pump(self, seconds):
        if select.select([self.fd], [], [], max(0, seconds))[0]:
            try:
                self.output += os.read(self.fd, 4096).decode().replace("\r", "")
            except OSError:  # the program has ended
                time.sleep(max(0, seconds))

    def send(self, text):
        os.write(self.fd, text.encode())

    def rest(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pump(end - time.monotonic())

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


SHELL = ["/bin/busybox", "sh"]
BASH = ["/bin/bash-static", "--norc", "--noprofile"]
LUA = ["/usr/bin/lua5.4"]

# name: command, tier, package, [(keys, what must be shown then), ...]
SESSIONS = {
    "sh-commands": (
        *(SHELL, 4, "busybox-static"),
        [
            ("echo $((6 * 7))\r", r"^42$"),
            ("", PROMPT),
            ("nothing-here\r", r"not found"),
            ("echo $?\r", r"^127$"),
            ("for i in a b; do\r", r"^> $"),
            ("\x03", PROMPT),
            ("echo ab\x7fc\r", r"^ac$"),
            ("\x1b[A\r", r"^ac$"),
        ],
    ),
    "sh-interrupt": (
        *(SHELL, 4, "busybox-static"),
        [
            ("sleep 100\r", ""),
            ("\x03", PROMPT),
            ("echo $?\r", r"^130$"),
            ("cat\r", ""),
            ("typed\r", r"^typed\ntyped$"),
            ("\x04", PROMPT),
            ("yes > /dev/null\r", ""),
            ("\x03", PROMPT),
            ("yes | cat > /dev/null\r", ""),
            ("\x03", PROMPT),
        ],
    ),
    # A line as the terminal edits it: cat knows no keys.
    "keys": (
        *(SHELL, 4, "busybox-static"),
        [
            ("ulimit -c 0; cat\r", ""),
            ("one two \t three\x17\x17 four\r", r"^one  four$"),
            ("none of it\x15all\r", r"^all$"),
            ("\x17\x7f\x15empty\r", r"^empty$"),
            ("a\tb\x7f\x7fc\r", r"^ac$"),
            ("\x01\x7fe\r", r"^e$"),
            ("\x1c", PROMPT),
            ("echo $?\r", r"^131$"),
            ("", PROMPT),
            ("once() { dd bs=9 count=1 2>/dev/null | od -c; stty sane; }\r", PROMPT),
            ("stty -icanon inlcr; once\r", ""),
            ("\nx", r"\\r +x$"),
            ("", PROMPT),
            ("stty -icanon -isig; once\r", ""),
            ("\x03", r"003$"),
            ("", PROMPT),
            ("stty -icanon min 0 time 3; once\r", r"^0000000$"),
            ("", PROMPT),
            ("stty -icanon min 3 time 3; once\r", ""),
            ("yz", r"y +z$"),
            ("", PROMPT),
            ("stty -echoctl; cat; stty sane\r", ""),
            ("a\tb\x01\rd\x01e\x7f\x7ff\r", r"^df$"),
            ("\x04", PROMPT),
            ("stty eol x; cat; stty sane\r", ""),
            ("abx", r"abxabx"),
            ("\r\x04", PROMPT),
        ],
    ),
    "sh-jobs": (
        *(SHELL, 4, "busybox-static"),
        [
            ("sleep 100\r", ""),
            ("\x1a", r"\[1\]\+  Stopped +sleep 100$"),
            ("jobs\r", r"\[1\]\+  Stopped +sleep 100$"),
            ("bg\r", r"^\[1\] sleep 100$"),
            ("jobs\r", r"^\[1\]\+  Running +sleep 100$"),
            ("cat\r", ""),
            ("\x1a", r"\[2\]\+  Stopped +cat$"),
            ("fg %1\r", r"^sleep 100$"),
            ("\x03", PROMPT),
            ("fg\r", r"^cat$"),
            ("\x03", PROMPT),
            ("jobs; echo none\r", r"^none$"),
            ("sleep 0.1 &\r", PROMPT),
            ("wait; echo waited\r", r"waited$"),
        ],
    ),
    "vi": (
        *(SHELL, 4, "busybox-static"),
        [
            ("d=/tmp/vi.$$; mkdir $d; cd $d; vi session.txt\r", r"~"),
            # Its status line says when it has seen that the escape stands alone.
            ("ihello from vi\x1b", r"hello from vi(.|\n)*- session"),
            ("osecond line\x1b", r"second line(.|\n)*- session"),
            ("k0dwiHELLO \x1b", r"HELLO(.|\n)*- session"),
            (":wq\r", PROMPT),
            ("cat session.txt; cd /; rm -r $d\r", r"^HELLO from vi\nsecond line$"),
        ],
    ),
    "less": (
        *(SHELL, 4, "busybox-static"),
        [
            ("seq 1000 | less\r", r"^22$"),
            (" ", r"^44$"),
            ("G", r"^1000$"),
            ("q", PROMPT),
        ],
    ),
    "top": (
        *(SHELL, 4, "busybox-static"),
        [
            ("top\r", r"Mem: \d+K used, \d+K free(.|\n)*Load average(.|\n)*PID"),
            ("q", PROMPT),
            ("echo after\r", r"^after$"),
        ],
    ),
    "bash-session": (
        *(BASH, 5, "bash-static"),
        [
            ("echo $((6 * 7))\r", r"^42$"),
            ("", PROMPT),
            ("sleep 100\r", ""),
            ("\x1a", r"\[1\]\+  Stopped +sleep 100$"),
            ("bg\r", r"^\[1\]\+ sleep 100 &$"),
            ("fg\r", r"^sleep 100$"),
            ("\x03", PROMPT),
            ("echo $?\r", r"^130$"),
            ("ech\t hi\x01\x05\r", r"^hi$"),
            ("\x1b[A\r", r"^hi$"),
            ("for i in 1 2; do\recho \"<$i>\"\rdone\r", r"^<1>\n<2>$"),
            ("cat <<< 'a string'\r", r"^a string$"),
            ("history\r", r"  history$"),
        ],
    ),
    "lua-session": (
        *(LUA, 6, "lua5.4"),
        [
            ("", r"^> $"),
            ("1 + 1\r", r"^2$"),
            ("for i = 1, 3 do\r", r"^>> $"),
            ("print(i * i) end\r", r"^1\n4\n9$"),
            ("x\r", r"^nil$"),
            ("error('wrong')\r", r"wrong\nstack traceback:"),
            ("\x1b[A\r", r"wrong\nstack traceback:"),
            ("print(io.read())\r", ""),
            ("typed\r", r"^typed$"),
        ],
    ),
}


def hold(terminal, steps, seconds=SECONDS):
    """Types, and demands what must be shown, but for what moves the cursor."""
    seen = 0
    for keys, shown in steps:
        if keys in ("\x03", "\x04", "\x1a"):
            terminal.rest(REST)  # whom they are meant for has the terminal
        terminal.send(keys)
        if not shown:
            terminal.rest(REST)
            continue
        end = time.monotonic() + seconds * PATIENCE
        wanted = re.compile(shown, re.M)
        while True:
            text = ESCAPES.sub("", terminal.output)
            match = wanted.search(text, seen)
            if match:
                seen = match.end()
                break
            assert time.monotonic() < end, f"{shown!r} did not come:\n{text}"
            terminal.pump(0.2)


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The initramfs of the build with the packages; our own files win."""
    files = {**oracle.package_files(), **base_files()}
    for name in oracle.packages.parents(files):
        files.setdefault(name, (0o40755, b""))
    path = tmp_path_factory.mktemp("packages") / "packages.cpio"
    path.write_bytes(mkinitramfs.archive(files))
    return path


@pytest.mark.parametrize("name", SESSIONS)
def test_session_on_linux(name, tmp_path):
    command, _, package, steps = SESSIONS[name]
    if oracle.absent(package):
        pytest.skip(f"package {package} is not installed")
    terminal = Terminal(command, tmp_path)
    try:
        hold(terminal, steps)
    finally:
        terminal.close()


def problem_in_quire(machine, command, steps, seconds):
    """-> why the session did not succeed, or None"""
    words = " ".join(command)
    machine.send(f"/bin/busybox env 'PS1=% ' HOME=/ LC_ALL=C {words}\r")
    machine.rest(REST)
    try:
        hold(machine, steps, seconds)
    except (AssertionError, OSError) as problem:
        return str(problem)
    return None


@pytest.mark.parametrize("name", SESSIONS)
def test_session_in_quire(name, archive, boot, record_property):
    command, tier, package, steps = SESSIONS[name]
    name = f"session/{name}"
    oracle.skip_if_absent(name, (tier, package), record_property)
    patience = 3 if oracle.why_pending(name, oracle.pending()) else SECONDS
    machine = boot.shell(initrd=archive)
    problem = problem_in_quire(machine, command, steps, patience)
    oracle.settle(name, (tier, package), problem, record_property)
