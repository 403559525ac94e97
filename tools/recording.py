"""Machines that can be repeated exactly: QEMU's record and replay.

Owns: $QUIRE_RECORD, a directory. Where it is set every machine is recorded in a
directory of its own there, which holds all that a replay needs:

    command.json    QEMU's arguments, the test
    kernel, initrd  as they were
    log             what came from outside and when (QEMU, docs/system/replay.rst)
    snapshots       a disk image for snapshots, so that gdb can go backwards
    console         what the console showed

UEFI and KVM cannot be recorded: such machines run as always.
"""

import fcntl
import json
import os
import shutil
import struct
from pathlib import Path

CLUSTER = 1 << 16
F_SETPIPE_SZ = 1031  # linux/fcntl.h


def empty_disk(path):
    """A qcow2 image without a disk: only for snapshots. See docs/interop/qcow2.txt
    of QEMU: header, table of reference counts, reference counts, table of clusters."""
    disk = 1 << 20
    header = struct.pack(
        ">4sIQIIQIIQQIIQQQQII",
        *(b"QFI\xfb", 3, 0, 0, 16, disk, 0, 1, 3 * CLUSTER, CLUSTER, 1, 0, 0),
        *(0, 0, 0, 4, 104),
    )
    tables = struct.pack(">Q", 2 * CLUSTER), struct.pack(">4H", 1, 1, 1, 1), b""
    path.write_bytes(b"".join(t.ljust(CLUSTER, b"\0") for t in (header, *tables)))


def clock(mode, directory):
    """QEMU's arguments for mode `record` or `replay`."""
    log = f"rr={mode},rrfile={directory}/log,rrsnapshot=start"
    disk = f"file={directory}/snapshots,if=none,id=snapshots"
    return ["-icount", f"shift=auto,{log}", "-drive", disk]


def readable(args):
    """A CD must be read through QEMU's blkreplay, or the log lacks it."""
    for i, arg in enumerate(args):
        if args[i - 1] == "-drive" and "media=cdrom" in arg:
            file = arg.split(",")[0]
            args[i : i + 1] = [
                f"{file},if=none,id=cd,format=raw,readonly=on",
                *("-drive", "driver=blkreplay,if=none,image=cd,id=cdr,readonly=on"),
                *("-device", "ide-cd,drive=cdr,bus=ide.1"),
            ]
    return args


def streams(serial):
    """A recording does not know that a write had to wait, so none may: a socket
    takes a few hundred single bytes, a pipe a million. -> where the console can
    be read, and Popen's arguments"""
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, F_SETPIPE_SZ, 1 << 20)
    console = {"stdin": serial, "stdout": open(theirs, "wb", 0)}
    return open(ours, "rb", 0), console


class Recording:
    """Of one machine."""

    def __init__(self, directory, args):
        self.directory = directory
        args = readable(list(map(str, args)))
        for option in "kernel", "initrd":
            if f"-{option}" in args:
                at = args.index(f"-{option}") + 1
                shutil.copy(args[at], directory / option)
                args[at] = str(directory / option)
        empty_disk(directory / "snapshots")
        test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
        about = {"args": args, "test": test}
        (directory / "command.json").write_text(json.dumps(about, indent=1))
        self.args = args + clock("record", directory)

    def end(self, console):
        (self.directory / "console").write_text(console)


def begin(args):
    """-> a Recording for a machine with these arguments, or None"""
    place = os.environ.get("QUIRE_RECORD")
    text = " ".join(map(str, args))
    if not place or "accel=kvm" in text or "pflash" in text or "-icount" in text:
        return None
    for i in range(100000):
        directory = Path(place).resolve() / str(i)
        try:
            directory.mkdir(parents=True)
            return Recording(directory, args)
        except FileExistsError:
            continue
