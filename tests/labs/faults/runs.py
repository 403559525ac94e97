"""The runs of the faults lab: which scenes a student gets, and what they showed.

Owns: the words for lab-reports and the parsing of what it prints; how the error
code, the refusing entry and the rights of a page follow from the entries that
were read. Everything that differs between students comes from a hash of the
student's id; nothing that is asked depends on the compiler or on which frames
were free.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

PROGRAM = "lab-reports"
MEMORY = "64M"
REPORTS = 10
P, W, U, I, NX = 1, 2, 4, 16, 1 << 63  # I: of the error code only
DISPLACEMENT, SCALE = 24, 8  # of the instruction in lab-reports.c


class BadRun(Exception):
    """lab-reports did not show what it was told to."""


# ---- Scenes: what a student gets ---------------------------------------------


class Dice:
    """Numbers that depend on the student's id and on what they are for."""

    def __init__(self, student):
        self.student = student

    def number(self, what, low, high):
        """low <= number <= high"""
        digest = hashlib.sha256(f"{self.student}/{what}".encode()).digest()
        return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


KINDS = "text none cow fresh beyond guard hole readonly kernel null".split()

# Per scene: the accesses that may be its report, the least and most of `count`
# (see lab-reports.c), and its five questions.
SCENES = {
    "text": ("wx", 0, 1, "access region level bit read"),
    "none": ("w", 1, 6, "code index bit mmu read"),
    "cow": ("x", 0, 7, "code bit mmu write write_frames"),
    "fresh": ("x", 2, 4, "level bit code read_frames write_frames"),
    "beyond": ("r", 2, 7, "signal region page bit write"),
    "guard": ("rw", 0, 0, "access region signal bit mprotect"),
    "hole": ("rw", 1, 6, "signal level bit away mprotect"),
    "readonly": ("w", 0, 7, "code bit mmu mprotect mprotect_frames"),
    "kernel": ("w", 0, 0, "code level bit region read"),
    "null": ("rw", 0, 0, "access address region level bit"),
}


def address(dice, kind, access, count, index):
    """Where the scene is. Maps lie in root entries that nothing else uses."""
    offset = dice.number(kind + " offset", 0, 4000)
    if kind == "text":  # constants and headers, or .text
        return 0x400000 + (count if access == "w" else 0) * 4096 + offset
    if kind == "guard":
        return 0x7FFFFF7FF000 - dice.number("guard page", 1, 200) * 4096 + offset
    if kind == "kernel":
        return 0xFFFF800000000000 + dice.number("frame", 256, 4000) * 4096 + offset
    if kind == "null":
        return DISPLACEMENT + SCALE * index
    root = 1 + 20 * KINDS.index(kind) + dice.number(kind + " root", 0, 19)
    table = [dice.number(f"{kind} {level}", 2, 500) for level in (3, 2)]
    page = dice.number(kind + " page", 16, 480)
    return root << 39 | table[0] << 30 | table[1] << 21 | page << 12 | offset


def scenes(student):
    """-> words for lab-reports, in this student's order"""
    dice = Dice(student)
    words = []
    for kind in sorted(KINDS, key=lambda kind: dice.number("order " + kind, 0, 1 << 60)):
        accesses, least, most, _ = SCENES[kind]
        access = accesses[dice.number(kind + " access", 0, len(accesses) - 1)]
        count = dice.number(kind + " count", least, most)
        index = dice.number(kind + " index", 2, 700)
        place = address(dice, kind, access, count, index)
        words.append(f"{kind}:{place:x}:{access}:{count}:{index}")
    return words


# ---- Reports: what the run showed ---------------------------------------------


class Report:
    """One crash as it happened.

    entries     [(level, value, references)] before it, read by pageinfo; for an
                address of the kernel: None in place of the values
    tried       {access: (status, frames)}: the same scene, another access;
                "m": mprotect, then a write
    """

    NAMES = {"r": "read", "w": "write", "x": "execute"}

    def __init__(self, number, word):
        self.number = number
        self.kind, place, self.access, count, index = word.split(":")
        self.address = int(place, 16)
        self.count, self.index = int(count), int(index)
        self.lines = []  # the kernel's explanation
        self.regions = []  # (start, end, prot, text)
        self.entries = []
        self.tried = {}
        self.registers = ""

    @property
    def questions(self):
        return SCENES[self.kind][3].split()

    def line(self, pattern):
        return next((m for m in (re.search(pattern, x) for x in self.lines) if m), None)

    @property
    def complete(self):
        """Whether the walk came to a page."""
        if self.entries[0][1] is None:
            return not self.line("not present")
        return len(self.entries) == 4 and bool(self.entries[-1][1] & P)

    def code(self):
        """The error code, SDM 3A figure 4-12."""
        return (
            (P if self.complete else 0)
            | (W if self.access == "w" else 0)
            | U
            | (I if self.access == "x" else 0)
        )

    def refused(self):
        """-> (the bit, the level of the first entry that refused)"""
        if not self.complete:
            return "P", self.entries[-1][0]
        if self.entries[0][1] is None:
            return "U", self.entries[0][0]  # the kernel's half has none
        bits = [("U", U, 0)]
        bits += [("W", W, 0)] if self.access == "w" else []
        bits += [("NX", NX, NX)] if self.access == "x" else []
        for level, value, _ in self.entries:
            for name, mask, bad in bits:
                if value & mask == bad:
                    return name, level
        raise BadRun(f"report {self.number}: no entry refused")

    def mmu(self, entries=None):
        """What the MMU makes of the entries together."""
        values = [value for _, value, _ in entries or self.entries]
        if not self.complete or not all(value & U for value in values):
            return "---"
        write = all(value & W for value in values)
        execute = not any(value & NX for value in values)
        return "r" + "-w"[write] + "-x"[execute]

    def region(self):
        """-> (start, end, prot, text) or None"""
        for region in self.regions:
            if region[0] <= self.address < region[1]:
                return region
        return None

    def region_name(self):
        region = self.region()
        if not region:
            return "none"
        label, _, rest = region[3].split(" ", 1)[1].partition(" of ")
        label = label.split(" at ")[0]
        return label if label != "-" else rest.split(" at ")[0]

    def below(self):
        return max(r[1] for r in self.regions if r[1] <= self.address)

    def works(self, access):
        return self.tried[access][0] == 0

    def frames(self, access):
        return self.tried[access][1] if self.works(access) else 0

    def file_page(self):
        start, _, _, text = self.region()
        offset = int(text.rpartition(" at ")[2], 16)
        return (self.address - start + offset) // 4096


def parse(serial, words):
    """What lab-reports printed -> [Report]"""
    found = [Report(i + 1, word) for i, word in enumerate(words)]
    report = access = None
    for line in serial.splitlines():
        if not line.startswith("@ "):
            if report and re.match(rf"{PROGRAM}\[|  \w", line):
                report.lines.append(line)
            continue
        what, _, rest = line[2:].partition(" ")
        if what in ("try", "report"):
            report = found[int(rest.split()[0]) - 1]
            report.lines, frames, access = [], 0, rest.split()[2]
        elif what == "region":
            start, end, prot, text = rest.split(" ", 3)
            report.regions.append((int(start, 16), int(end, 16), int(prot), text))
        elif what == "entry":
            level, value, refs = rest.split()
            report.entries.append((int(level), int(value, 16), int(refs)))
        elif what == "registers":
            report.registers = rest
        elif what == "frames":
            frames = int(rest)
        elif what == "end" and not report.registers:
            report.tried[access] = (int(rest), frames)
    for report in found:
        check(report)
    return found


def check(report):
    """The kernel explained what we asked for, and read the same entries."""
    if not report.lines or f"0x{report.address:x}," not in report.lines[0]:
        raise BadRun(f"report {report.number} ({report.kind}): no explanation")
    if set(report.tried) != set("rwm"):
        raise BadRun(f"report {report.number} ({report.kind}): not tried")
    shown = [
        (int(m[1]), m[2] != "not present")
        for m in map(re.compile(r"  level (\d) entry +\d+: (\S.*?)(?: ->|$)").match, report.lines)
        if m
    ]
    if not report.entries:
        report.entries = [(level, None, 0) for level, _ in shown]
    elif shown != [(level, bool(value & P)) for level, value, _ in report.entries]:
        raise BadRun(f"report {report.number}: pageinfo and the kernel disagree")


# ---- Booting -------------------------------------------------------------------


def run(student, build):
    """Boots Quire. -> [Report]"""
    from qemu import PASSED, Machine

    words = scenes(student)
    config = dict(kernel=build / "quire.elf", initrd=build / "initramfs.cpio")
    append = f"init=/test/{PROGRAM} -- {' '.join(words)}"
    with Machine(append=append, memory=MEMORY, **config) as machine:
        machine.wait(30, PASSED)
        return parse(machine.output, words)


def built():
    """-> the build directory, with lab-reports in the initramfs"""
    goals = ["build/quire.elf", "build/initramfs.cpio"]
    subprocess.run(["make", "LAB=faults", *goals], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return ROOT / "build"
