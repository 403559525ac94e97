"""Facts from outside the guest: its page tables and memory, by QEMU's monitor.

Owns: the reading of physical memory. What it finds does not pass through the
student's kernel: an entry is what the MMU would use.
"""

import re

REQUEST = re.compile(r"^# look (\S+) (at|frame) 0x([0-9a-f]+)\b.*\n", re.M)
ADDRESS = 0x000F_FFFF_FFFF_F000
LEVELS = (39, 30, 21, 12)
WORDS = 512
P, W, U, NX = 1, 2, 4, 1 << 63


class Look:
    """What was seen. entries: root first, up to the first that is not present;
    frame: the number of the page's frame, or None; words: its 512 words."""

    def __init__(self, entries, frame, words):
        self.entries = entries
        self.frame = frame
        self.words = words

    @property
    def present(self):
        return self.frame is not None

    @property
    def rights(self):
        """What the MMU allows: "rwx", anded over the levels."""
        both = NX
        every = P | W | U
        for entry in self.entries:
            every &= entry
            both &= ~entry
        if not self.present or not every & U:
            return "---"
        return "r" + ("w" if every & W else "-") + ("x" if both & NX else "-")


def physical(machine, address, count):
    """Words of physical memory."""
    text = machine.human(f"xp /{count}gx {address:#x}")
    return [int(word, 16) for word in re.findall(r"\b0x([0-9a-f]{16})\b", text)]


def walk(machine, va):
    """-> Look"""
    root = re.search(r"CR3=([0-9a-f]+)", machine.human("info registers"))
    table = int(root[1], 16) & ADDRESS if root else 0
    entries = []
    for shift in LEVELS:
        index = va >> shift & 511
        entry = (physical(machine, table + 8 * index, 1) or [0])[0]
        if not entry & P:
            return Look(entries, None, [])
        entries.append(entry)
        table = entry & ADDRESS
    return Look(entries, table >> 12, physical(machine, table, WORDS))


def answer(machine, request):
    """Does what a line of look.h asks for. -> (name, Look)"""
    name, what, number = request[1], request[2], int(request[3], 16)
    if what == "at":
        return name, walk(machine, number)
    return name, Look([], number, physical(machine, number << 12, WORDS))
