"""Boots of the tree's kernel, and what they showed.

Owns: the parsing of TAP, events and fault explanations for checks; the limits
on a guest; the seal.

The seal: a program that ends with done() of tap.h repeats the contents of
/etc/seal, a random word that the grader put into this boot's initramfs, and the
numbers of its claims. So neither what an earlier boot printed nor points printed
before the program ran out can pass for a result.
"""

import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from labs import ROOT, confine
from labs.look import REQUEST, answer

sys.path.insert(0, str(ROOT / "tools"))

from qemu import FAILED, MEANING, PASSED, PATIENCE, Crash, Hang, Machine  # noqa: E402

FLOOD = 256 << 10  # characters of the console; a lab shows some thousand
EVENT_BYTES = 16 << 20  # of the event stream; a lab writes some 2 MiB
LOOKS = 100
SEAL_ROOM = b"QUIRE-LAB-SEAL-GOES-HERE"  # /etc/seal, as the Makefile writes it


class CheckFailed(AssertionError):
    """Why points were lost: what was expected, what was found."""


class Flood(AssertionError):
    """The console or the event stream showed too much."""


class Guest(Machine):
    """A machine whose console and events are not read for ever, and whose
    programs may ask for a look from outside."""

    event_bytes = EVENT_BYTES
    looks = None  # {name: Look}, of those that were asked for
    looking = False
    looked = 0  # so far the console has been searched for requests

    def pump(self, seconds):
        super().pump(min(seconds, 0.5))
        if len(self.output) > FLOOD:
            self.close()
            raise Flood(f"the console was flooded: over {FLOOD >> 10} KiB")
        if self.events_size() >= self.event_bytes:
            self.close()
            most = self.event_bytes >> 10
            raise Flood(f"the event stream was flooded: over {most} KiB")
        if self.looking or self.looks is None or len(self.looks) >= LOOKS:
            return
        request = REQUEST.search(self.output, self.looked)
        if request:
            self.looked, self.looking = request.end(), True
            name, seen = answer(self, request)
            self.looks[name], self.looking = seen, False
            self.send("\n")

    def events_size(self):
        path = self.events_path
        return os.path.getsize(path) if path and os.path.exists(path) else 0


def limits(event_bytes):
    """For QEMU: its own code buffer and the guest's memory are within 4 GiB.
    Beyond the limit on files it goes on, and writes no more."""
    cpu = int(120 * PATIENCE)
    return dict(cpu=cpu, memory=4 << 30, file=event_bytes)


class Run:
    """What one boot showed."""

    def __init__(self, command, seal):
        self.command = command  # the kernel's command line
        self.seal = seal
        self.serial = ""  # the console
        self.status = None  # of QEMU; None: it had to be ended
        self.problem = None  # hang, flood, crash, in words
        self.event_lines = []
        self.looks = {}  # what look.h asked for: {name: look.Look}

    # ---- What checks look at.

    @property
    def tap(self):
        """{claim: whether it held}, of those claims that were made."""
        found = {}
        for result, claim in re.findall(
            r"^\s*(not ok|ok) \d+ - (.*?)\s*$", self.serial, re.M
        ):
            found[claim] = result == "ok" and found.get(claim, True)
        return found

    @property
    def events(self):
        """The event stream: [{"seq": 1, "cycles": 2, "kind": "alloc", ...}].
        Values stay as they are printed: frames and addresses in hex."""
        return [e for e in map(parse_event, self.event_lines) if e]

    @property
    def explanation(self):
        """The kernel's explanations of faults, and its panic."""
        pattern = r"^.*?\w+\[\d+\]: SIG\w+:.*\n(?:  .*\n)*|^PANIC: .*\n(?:.*\n){0,24}"
        text = "".join(re.findall(pattern, self.serial + "\n", re.M))
        return re.sub(r"^(cr0|rip|rax|rsi|r9|r13) +[0-9a-f]{16} .*\n", "", text, flags=re.M)

    @property
    def sealed(self):
        """Whether the program came to its end: the numbers of claims that the
        seal tells are those that the console shows."""
        made = re.findall(rf"^# seal {self.seal} (\d+) (\d+)$", self.serial, re.M)
        shown = [int(holds) for holds in self.points()]
        return made == [(str(len(shown)), str(shown.count(0)))]

    def points(self):
        lines = re.findall(r"^(not ok|ok) (\d+) - ", self.serial, re.M)
        return [result == "ok" for result, _ in lines]

    def look(self, name):
        """What was seen when the program asked for this look."""
        if name not in self.looks:
            raise CheckFailed(f"the program never asked for the look {name!r}")
        return self.looks[name]

    def passed(self, *claims):
        """The check's points depend on it: the program said that all its claims
        hold (or those named here), and the system ended well."""
        tap = self.tap
        bad = [c for c in (claims or tap) if not tap.get(c, False)]
        ends = (PASSED, FAILED) if claims else (PASSED,)
        if bad or self.status not in ends or not self.sealed:
            expected = "expected: the program ends, all it claims holds"
            found = [f"found:    {line}" for line in self.stale()[:8]]
            self.fail("" if bad else "\n".join([expected, *found]), bad)
        return self

    def stale(self):
        """What the shadow TLB of a debug kernel missed: such a boot fails."""
        return re.findall(r"^shadow TLB: .*$", self.serial, re.M)

    def ended_well(self):
        """The same for a program without claims: status 0, a clean audit."""
        if self.status != PASSED:
            self.fail("expected that it ends well")
        return self

    def fail(self, expected="", claims=()):
        """Fails the check with all that is known."""
        parts = [expected] if expected else []
        parts += [self.claim_text(claim) for claim in claims]
        parts.append(self.ending())
        if self.problem and "after an NMI" in self.problem:
            pass  # the explanation is in it
        elif self.explanation:
            parts.append("the kernel explains:\n" + self.explanation[:3000].rstrip())
        elif self.problem or not claims and "found: " not in expected:
            parts.append("the console ended with:\n" + tail(self.serial, 12))
        if self.event_lines:
            parts.append("last events:\n" + "\n".join(self.event_lines[-12:]))
        raise CheckFailed("\n".join(filter(None, parts)))

    def claim_text(self, claim):
        """A failed claim with what the program said about it."""
        pattern = rf"^\s*not ok \d+ - {re.escape(claim)}\s*\n((?:\s*# .*\n)*)"
        match = re.search(pattern, self.serial, re.M)
        if not match:
            return f"expected: {claim}\nfound:    no word about it"
        found = [line.strip(" #") for line in match[1].splitlines()]
        found = [line for line in found if not line.startswith("seal ")]
        return f"expected: {claim}\nfound:    " + "\n          ".join(
            found or ["it does not hold"]
        )

    def ending(self):
        """How it ended, unless well."""
        if self.problem:
            return self.problem
        if self.status == PASSED:
            return "" if self.sealed else (
                "the program did not come to its end: its claims are not sealed"
            )  # fmt: skip
        lost = re.findall(r"^(?:audit|AUDIT).*$", self.serial, re.M)
        lost = [line for line in lost if "clean" not in line]
        how = f"QEMU's status is {self.status}: {MEANING.get(self.status, 'a crash')}"
        return "\n".join([how, *lost[:8]])


def tail(text, lines):
    return "\n".join(line[:200] for line in text.rstrip().splitlines()[-lines:])


def parse_event(line):
    """One line of the event stream, or None."""
    words = line.split()
    if len(words) < 3 or not re.fullmatch(r"@\d+", words[0]):
        return None
    event = dict(word.split("=", 1) for word in words[3:] if "=" in word)
    if "kind" in event:  # what a frame is used for
        event["frame_kind"] = event["kind"]
    return {**event, "seq": int(words[0][1:]), "cycles": words[1], "kind": words[2]}


class Guests:
    """The fixture `guest`: boots of one tree."""

    def __init__(self, tree, event_bytes=EVENT_BYTES):
        self.tree = tree
        self.event_bytes = event_bytes
        self.dead = {}  # debug -> why it is useless to boot this kernel

    def run(
        self,
        program,
        *args,
        debug=False,
        events=False,
        memory="128M",
        timeout=20,
        append="",
        cpu="max",
        icount=False,
    ):
        """Boots with `program` as the first one. -> Run, however it ended

        icount: the machine's clock counts its instructions, and so does rdtsc:
        the same numbers in every run."""
        self.tree.make("quire.elf", "initramfs.cpio", debug=debug)
        if debug in self.dead:
            raise CheckFailed(self.dead[debug])
        path = program if program.startswith("/") else f"/test/{program}"
        words = [f"init={path}", append, "events=1" if events else ""]
        words += ["--", *map(str, args)] if args else []
        command = " ".join(filter(None, words))
        extra = ("-icount", "shift=0") if icount else ()
        run = self.boot(command, debug, events, memory, timeout, cpu, extra)
        if run.status is None and path != "/bin/true":
            self.probe(debug, memory)
        return run

    def probe(self, debug, memory):
        """After a hang: if nothing runs at all, no other check need wait."""
        run = self.boot("init=/bin/true", debug, False, memory, 5, "max")
        if run.status is None:
            self.dead[debug] = (
                f"the system does not boot: {run.problem}\n"
                f"(a boot of /bin/true alone; console:)\n{tail(run.serial, 8)}"
            )

    def boot(self, command, debug, events, memory, timeout, cpu, extra=()):
        run = Run(command, secrets.token_hex(12))
        with tempfile.TemporaryDirectory(prefix="quire-lab-") as name:
            folder = Path(name)
            config = self.files(folder, run.seal, debug)
            if events:
                config["events"] = folder / "events"
            if self.tree.student:
                confine.give(folder, confine.RUNNER)
            uid = confine.RUNNER if self.tree.student else None
            wrapper = confine.wrapper(uid, **limits(self.event_bytes))
            config.update(append=command, memory=memory, cpu=cpu, wrapper=wrapper)
            config.update(extra=extra)
            self.watch(run, Guest(**config), timeout)
        return run

    def watch(self, run, machine, timeout):
        """To the end of the machine, or of our patience."""
        try:
            with machine:
                machine.looks = run.looks
                machine.event_bytes = self.event_bytes
                machine.wait(timeout)
        except Hang as problem:
            run.problem = str(problem)
        except (Flood, Crash, OSError) as problem:
            run.problem = str(problem)
        else:
            run.status = machine.status
            if run.status not in MEANING:
                run.problem = f"QEMU {ending(machine)}"
        run.serial = machine.output[:FLOOD]
        run.event_lines = last_lines(machine)

    def files(self, folder, seal, debug):
        """Kernel and initramfs of this boot, with its seal."""
        kernel, initrd = folder / "quire.elf", folder / "initramfs.cpio"
        shutil.copyfile(self.tree.path("quire.elf", debug), kernel)
        data = self.tree.path("initramfs.cpio", debug).read_bytes()
        initrd.write_bytes(data.replace(SEAL_ROOM, seal.encode(), 1))
        return dict(kernel=kernel, initrd=initrd)


def ending(machine):
    if machine.reset:
        return "was reset by the guest: a triple fault"
    if machine.status == -signal.SIGXCPU or machine.status == -signal.SIGKILL:
        return "was ended: too much time on the CPU"
    how = "a crash, or an exit of the kernel's own"
    return f"ended with status {machine.status}, which no test has: {how}"


def last_lines(machine):
    path = machine.events_path
    if not path or not os.path.exists(path):
        return []
    with open(path, "rb") as file:
        return file.read(machine.event_bytes).decode(errors="replace").splitlines()

