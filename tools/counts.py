"""What the kernel ran: the code of build/quire.elf in functions and blocks, and
how often each instruction was executed, as QEMU counted it.

Owns: the variable QUIRE_PLUGIN, the form of the counters (tools/plugins/counts.c)
and what a block is: instructions that run one after another. It begins where a
function does, where a jump leads and behind every jump, call, return and trap.
Filling (nop) between them is none of it.
"""

import array
import bisect
import collections
import functools
import os
import pathlib
import re
import struct
import subprocess

CROSS = os.environ.get("CROSS", "")
LINE = re.compile(r"^\s*([0-9a-f]+):\t(\S+)\s*(.*)$")
TARGET = re.compile(r"^([0-9a-f]+) <")
FLOW = re.compile(r"^(l?j\w+|l?call\w*|ret\w*|iret\w*|sysret\w*|ud2\w*|loop\w*)$")
FILLING = re.compile(r"\bnop[wl]?\b|^(xchg\s+%ax,%ax|int3)$")
# Labels inside assembler functions look like parts that a compiler cut off.
LABEL = re.compile(r"\.(?!(part|constprop|isra|cold)\b)")


def tool(name, *arguments, text=None):
    command = [CROSS + name, *map(str, arguments)]
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}: {result.stderr}")
    return result.stdout


class Instruction:
    def __init__(self, address, name, operands):
        self.address = address
        self.text = f"{name} {operands}".strip()
        target = TARGET.match(operands)
        self.target = int(target[1], 16) if target else None
        self.flows = bool(FLOW.match(name))
        self.fills = bool(FILLING.search(self.text))


class Block:
    """instructions[0] is executed whenever the block is."""

    def __init__(self, function, instructions):
        self.function = function
        self.instructions = instructions
        self.start = instructions[0].address


class Image:
    """The kernel's code."""

    def __init__(self, elf):
        self.elf = elf
        data = elf.read_bytes()
        self.sections = sections(data)
        self.ranges = [
            (address, address + size)
            for name, address, _, size in self.sections
            if name in (".boot.text", ".text")
        ]

    def contains(self, address):
        return any(low <= address < high for low, high in self.ranges)

    @functools.cached_property
    def instructions(self):
        """In the order of their addresses."""
        listing = ""
        for section, mode in (".boot.text", "i386"), (".text", "x86-64"):
            options = ["-d", "--no-show-raw-insn", "-j", section, "-M", mode]
            listing += tool("objdump", *options, self.elf)
        found = filter(None, map(LINE.match, listing.splitlines()))
        return [Instruction(int(m[1], 16), m[2], m[3].strip()) for m in found]

    @functools.cached_property
    def functions(self):
        """[(address, name)], sorted. Where files have a function of the same
        name, the name is followed by @FILE."""
        found = {}
        for line in tool("nm", "-n", self.elf).splitlines():
            address, kind, name = line.split()[-3:]
            address = int(address, 16)
            if kind in "tT" and self.contains(address) and not LABEL.search(name):
                found.setdefault(address, name)
        names = collections.Counter(found.values())
        several = [address for address, name in found.items() if names[name] > 1]
        for address, (_, file, _) in self.lines(several).items():
            found[address] += f"@{file}"
        return sorted(found.items())

    def function_at(self, address):
        i = bisect.bisect(self.functions, (address, "\x7f"))
        return self.functions[i - 1][1] if i else "?"

    def pointers(self):
        """Addresses of code in tables: where a switch may lead."""
        data = self.elf.read_bytes()
        for name, _, offset, size in self.sections:
            if name in (".rodata", ".data"):
                words = struct.unpack_from(f"<{size // 8}Q", data, offset)
                yield from filter(self.contains, words)

    @functools.cached_property
    def blocks(self):
        starts = {address for address, _ in self.functions}
        starts.update(self.pointers())
        starts.update(i.target for i in self.instructions if i.flows and i.target)
        blocks, run, end = [], [], None
        for i in self.instructions:
            if run and (i.address in starts or end):
                blocks.append(run)
                run = []
            if run or not i.fills or i.address in starts:
                run.append(i)
            end = i.flows
        blocks.append(run)
        return [
            Block(self.function_at(run[0].address), run)
            for run in blocks
            if run and not all(i.fills for i in run)
        ]

    def lines(self, addresses):
        """Where each comes from: {address: (function, file, line)}, the function
        being the one in the source that may have been put into others."""
        text = "".join(f"{address:#x}\n" for address in addresses)
        answer = tool("addr2line", "-afie", self.elf, text=text).splitlines()
        found = {}
        for at, line in enumerate(answer):
            if line.startswith("0x"):
                file, _, number = answer[at + 2].split(" (")[0].rpartition(":")
                number = int(number) if number.isdigit() else 0
                file = os.path.relpath(file) if file.startswith("/") else file
                found[int(line, 16)] = answer[at + 1], file, number
        return found


def sections(data):
    """[(name, address, offset, size)] of an ELF64 file."""
    table = struct.unpack_from("<Q", data, 40)[0]
    size, count, names = struct.unpack_from("<HHH", data, 58)
    headers = [
        struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)
    ]
    text = headers[names][4]
    return [
        (data[text + h[0] : data.index(b"\0", text + h[0])].decode(), h[3], h[4], h[5])
        for h in headers
    ]


# ---- Counting --------------------------------------------------------------------


def plugin_argument(image, plugin, out):
    """What QEMU's -plugin takes to count into the file `out`."""
    ranges = "".join(f",range={low:x}-{high:x}" for low, high in image.ranges)
    return f"{plugin.resolve()},out={out.resolve()}{ranges}"


def plugin(kernel):
    """QEMU's arguments that count, if $QUIRE_PLUGIN says so for kernels of this
    directory: `DIRECTORY=ARGUMENT DIRECTORY=ARGUMENT`."""
    for word in os.environ.get("QUIRE_PLUGIN", "").split():
        directory, _, argument = word.partition("=")
        if kernel and pathlib.Path(kernel).resolve().parent == pathlib.Path(directory):
            return ["-plugin", argument]
    return []


def available():
    """Whether this QEMU loads plugins."""
    from qemu import QEMU

    answer = subprocess.run([QEMU, "-help"], capture_output=True, text=True).stdout
    return "\n-plugin" in answer


class Counts:
    """How often each instruction ran: counts[address]."""

    def __init__(self, image, path):
        self.image = image
        self.values = array.array("Q", path.read_bytes())

    def __getitem__(self, address):
        first = 0
        for low, high in self.image.ranges:
            if low <= address < high:
                return self.values[first + address - low]
            first += high - low
        raise KeyError(hex(address))
