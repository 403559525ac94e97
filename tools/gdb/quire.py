"""For gdb on Quire (make gdb):

    pt ADDRESS      the four levels of the page table that lead there
    space [PID]     the regions of a process (the current one)
    ps              all processes
    current         the current process
    libc            the symbols of libc.so, where the current process has it

Everything is read from memory by the kernel's own types; no function of the
kernel is called, so this also works while a program runs, or after a panic.
"""

import gdb

DIRECT = 0xFFFF800000000000  # mm/layout.h: where all physical memory is seen
ADDRESS = 0x000FFFFFFFFFF000
PRESENT, WRITABLE, USER, LARGE, SHARED = 1 << 0, 1 << 1, 1 << 2, 1 << 7, 1 << 9
ACCESSED, DIRTY, GLOBAL, NO_EXECUTE = 1 << 5, 1 << 6, 1 << 8, 1 << 63
BITS = (
    (WRITABLE, "W"),
    (USER, "U"),
    (ACCESSED, "A"),
    (DIRTY, "D"),
    (LARGE, "large"),
    (GLOBAL, "G"),
    (SHARED, "shared"),
    (NO_EXECUTE, "NX"),
)


def number(expression):
    return int(gdb.parse_and_eval(f"(unsigned long)({expression})"))


def physical(address):
    """Eight bytes of physical memory, by the kernel's direct map."""
    memory = gdb.selected_inferior().read_memory(DIRECT + address, 8)
    return int.from_bytes(memory, "little")


def each(item, link):
    """A list that ends with NULL."""
    while item:
        yield item
        item = item[link]


def each_in_tree(node):
    """The nodes of a struct tree, in order."""
    if node:
        yield from each_in_tree(node["left"])
        yield node
        yield from each_in_tree(node["right"])


def container(pointer, tag, field):
    """The object whose field lies at pointer."""
    kind = gdb.lookup_type(tag)
    offset = kind[field].bitpos // 8
    return gdb.Value(int(pointer) - offset).cast(kind.pointer())


class Command(gdb.Command):
    """name and summary become gdb's; run() does the work."""

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        self.run(argument)


class PageTable(Command):
    """pt ADDRESS: the four levels of the page table that lead there."""

    name = "pt"

    def run(self, argument):
        address = number(argument)
        table = number("$cr3") & ADDRESS
        writable = True
        for level in 4, 3, 2, 1:
            index = address >> (12 + 9 * (level - 1)) & 511
            entry = physical(table + 8 * index)
            names = " ".join(name for bit, name in BITS if entry & bit)
            print(f"level {level}  entry {index:3}  {entry:#018x}  ", end="")
            if not entry & PRESENT:
                print("not present")
                return
            print(names)
            writable = writable and bool(entry & WRITABLE)
            table = entry & ADDRESS
            if level == 1 or entry & LARGE:
                break
        offset = address & ((1 << (12 + 9 * (level - 1))) - 1)
        where = (table & ~((1 << (12 + 9 * (level - 1))) - 1)) + offset
        print(f"physical {where:#x}, {'writable' if writable else 'read-only'}")


def current():
    """The process on the CPU, or None while it idles or boots."""
    thread = gdb.parse_and_eval("'kernel/cpu.c'::boot_cpu.thread")
    return thread["process"] if thread else None


def processes():
    """All of them, by number."""
    root = gdb.parse_and_eval("'kernel/process.c'::processes.root")
    for node in each_in_tree(root):
        yield container(node, "struct process", "by_pid")


class Processes(Command):
    """ps: all processes."""

    name = "ps"

    def run(self, argument):
        for process in processes():
            print(f"{int(process['pid']):5} {process['name'].string()}")


class Current(Command):
    """current: the current process."""

    name = "current"

    def run(self, argument):
        process = current()
        show = {"pretty_structs": True, "max_elements": 8}
        print(process.dereference().format_string(**show) if process else "none")


class Space(Command):
    """space [PID]: the regions of a process."""

    name = "space"

    def run(self, argument):
        process = current()
        if argument:
            pid = number(argument)
            process = next((p for p in processes() if int(p["pid"]) == pid), None)
        if not process or not process["space"]:
            print("no such process, or it has no memory")
            return
        for region in each(process["space"]["regions"]["first"], "next"):
            self.show(region)

    def show(self, region):
        prot = int(region["prot"])
        rights = "".join(
            letter if prot & bit else "-" for bit, letter in ((1, "r"), (2, "w"), (4, "x"))
        )
        label = region["label"].string() if region["label"] else ""
        store = region["store"]
        source = store["name"].string() if store else ""
        print(
            f"{int(region['start']):#014x} {int(region['end']):#014x} "
            f"{rights} {label:8} {source}"
        )


class Libc(Command):
    """libc: the symbols of libc.so, where the current process has it."""

    name = "libc"

    def run(self, argument):
        process = current()
        if not process or not process["space"]:
            print("no process yet: stop in one, at sys_sbrk for example")
            return
        for region in each(process["space"]["regions"]["first"], "next"):
            store = region["store"]
            if store and store["name"].string() == "libc.so":
                start = int(region["start"]) - int(region["offset"])
                gdb.execute(f"add-symbol-file build/user/libc.so -o {start:#x}")
                return
        print("it has no libc.so")


for command in PageTable, Processes, Current, Space, Libc:
    command()
