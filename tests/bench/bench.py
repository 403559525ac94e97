#!/usr/bin/env python3
"""bench [--peer linux] [--floor] [--runs N] [NAME...]: what operations cost.

Runs tests/bench/vmbench.c as the first program of Quire, of Debian's Linux
kernel in the same emulator, and of a kernel that does nothing else (the floor),
in two ways:

	icount	guest instructions, by QEMU's -icount: the same in each run,
		which is checked
	wall	nanoseconds under plain TCG: the median of N boots, taken in turn,
		with the smallest and the largest

The results go to build/bench/: bench.txt, bench.json, bench.svg.

bench budgets: measures what tests/bench/budgets.ini limits, and rewrites it.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("QUIRE_BUILD", "build")
OUT = BUILD / "bench"
sys.path[:0] = [str(ROOT / "tools"), str(Path(__file__).parent)]

import tables  # noqa: E402
from qemu import PASSED, QEMU, Machine  # noqa: E402

BUDGETS = ROOT / "tests/bench/budgets.ini"
LINE = re.compile(r"^(\w+) +(\d+) +(\d+) (cycles|frames|kHz)$", re.M)
PROMPT = r"^quire:\S*\$ "

# Guest instructions: rdtsc counts one for each, whatever the host does.
ICOUNT = ["-icount", "shift=0,sleep=off", "-seed", "1"]
ICOUNT += ["-rtc", "base=2024-01-01T00:00:00,clock=vm"]
# TCG counts `rep stosb` by the byte and `rep stosq` by the word: without ERMS
# both kernels take words.
CPU = "max,-erms"
MEMORY = "1G"
TIMEOUT = 1800

LINUX_PACKAGE = "linux-image-cloud-amd64"
# What Linux does for safety or by chance would not be a fair comparison.
LINUX_TUNED = (
    "console=ttyS0 loglevel=4 panic=-1 rdinit=/vmbench mitigations=off nokaslr "
    "norandmaps transparent_hugepage=never init_on_alloc=0"
)


class Kernel:
    """What vmbench runs on."""

    def __init__(self, name, image, append, status):
        self.name, self.image, self.append = name, image, append
        self.status = status  # QEMU's, when all went well

    def run(self, names, icount, memory=MEMORY):
        """One boot. -> what the console showed"""
        with Machine(
            kernel=self.image,
            initrd=OUT / "initramfs.cpio",
            append=self.append + " ".join(names),
            memory=memory,
            cpu=CPU,
            extra=ICOUNT if icount else [],
        ) as machine:
            status = machine.wait(TIMEOUT)
            if status != self.status or "vmbench: done" not in machine.output:
                sys.exit(
                    f"bench: {self.name} {machine.verdict()}\n{machine.output}"
                )
            return machine.output


def quire():
    return Kernel("quire", BUILD / "quire.elf", "init=/vmbench -- ", PASSED)


def linux():
    append = LINUX_TUNED + " -- "
    return Kernel("linux", fetch_linux(OUT / "linux"), append, 0)


def floor():
    return Kernel("floor", OUT / "floor.elf", "", PASSED)


def fetch_linux(directory):
    """Debian's kernel, unpacked below build/ and not installed. -> its image"""
    found = sorted(directory.glob("boot/vmlinuz-*"))
    if found:
        return found[-1]
    if not shutil.which("apt-get"):
        sys.exit(f"bench: Linux is Debian's {LINUX_PACKAGE}; there is no apt here")
    directory.mkdir(parents=True, exist_ok=True)
    depends = subprocess.run(
        ["apt-cache", "depends", "--important", LINUX_PACKAGE],
        capture_output=True, text=True, check=True,
    ).stdout
    package = re.search(r"Depends: (linux-image-\S+)", depends)
    if not package:
        sys.exit(f"bench: apt knows no {LINUX_PACKAGE}: apt-get update?")
    print(f"bench: downloading {package[1]}", flush=True)
    subprocess.run(
        ["apt-get", "-qq", "download", package[1]],
        cwd=directory, check=True, stderr=subprocess.DEVNULL,
    )
    for archive in directory.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", archive, directory], check=True)
        archive.unlink()
    shutil.rmtree(directory / "lib", ignore_errors=True)  # its modules
    return sorted(directory.glob("boot/vmlinuz-*"))[-1]


def results(output):
    """-> {operation: value}, {operation: frames}"""
    lines = LINE.findall(output)
    values = {name: int(v) for name, _, v, unit in lines if unit == "cycles"}
    frames = {name: int(v) for name, _, v, unit in lines if unit == "frames"}
    return values, frames


def measure_icount(kernel, names, twice):
    """-> results, and whether a second run gave the same bytes (None: none)"""
    first = kernel.run(names, icount=True)
    same = kernel.run(names, icount=True) == first if twice else None
    return *results(first), same


def tsc_khz():
    """Of this host: what rdtsc counts under plain TCG."""
    done = subprocess.run(
        [OUT / "vmbench", "tsc"], capture_output=True, text=True, check=True
    )
    return int(LINE.search(done.stdout)[3])


def measure_wall(kernels, names, runs):
    """-> {kernel: {operation: (median, min, max) in ns}}"""
    khz = tsc_khz()
    taken = {kernel.name: {} for kernel in kernels}
    for number in range(runs):
        for kernel in kernels:
            say(f"wall, boot {number + 1} of {runs}: {kernel.name}")
            values, _ = results(kernel.run(names, icount=False))
            for name, value in values.items():
                ns = value * 1e6 / khz
                taken[kernel.name].setdefault(name, []).append(ns)
    return {
        kernel: {
            name: (statistics.median(ns), min(ns), max(ns))
            for name, ns in of.items()
        }
        for kernel, of in taken.items()
    }


def about(kernels):
    """Lines about the machine, without which wall times say little."""
    version = subprocess.run([QEMU, "--version"], capture_output=True, text=True)
    processors, load = os.cpu_count(), os.getloadavg()[0]
    lines = [
        version.stdout.splitlines()[0],
        f"{processors} processors; load average {load:.1f} at the start",
    ]
    return lines + [k.image.name for k in kernels if k.name == "linux"]


def say(what):
    print(f"bench: {what}", file=sys.stderr, flush=True)


# ---- Booting, and what lies in memory then ------------------------------------


def frames_at_prompt():
    """Frames in use beside the module, `free` itself included."""
    with Machine(
        kernel=BUILD / "quire.elf", initrd=BUILD / "initramfs.cpio"
    ) as machine:
        machine.expect(PROMPT)
        machine.send("free\n")
        machine.expect(PROMPT)
        used = dict(
            (use, int(frames))
            for frames, use in re.findall(
                r"^ *(\d+) +\d+  (.+)$", machine.output, re.M
            )
        )
    module = next(n for use, n in used.items() if use.startswith("initramfs"))
    return used["in all"] - used["free"] - module


def seconds_to(pattern, **config):
    with Machine(**config) as machine:
        machine.expect(pattern, 60)
        return time.monotonic() - machine.started


def boot_times(runs):
    """-> {how: (median, smallest) in seconds}, of boots taken in turn"""
    initrd = BUILD / "initramfs.cpio"
    ways = {
        "PVH, Quire's prompt": (
            PROMPT,
            {"kernel": BUILD / "quire.elf", "initrd": initrd},
        ),
        "PVH, floor": (r"^floor", {"kernel": OUT / "floor.elf"}),
        "GRUB, Quire's prompt": (PROMPT, {"iso": BUILD / "quire.iso"}),
        "GRUB, floor": (r"^floor", {"iso": OUT / "floor.iso"}),
    }
    taken = {way: [] for way in ways}
    for _ in range(runs):
        for way, (pattern, config) in ways.items():
            taken[way].append(seconds_to(pattern, **config))
    return {way: (statistics.median(s), min(s)) for way, s in taken.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", choices=["linux"])
    parser.add_argument("--floor", action="store_true")
    parser.add_argument("--runs", type=int, default=5, help="0: no wall time")
    parser.add_argument("names", nargs="*", default=["all"])
    args = parser.parse_args()
    names = args.names or ["all"]
    kernels = [quire()]
    kernels += [linux()] if args.peer else []
    kernels += [floor()] if args.floor else []
    report = {"about": about(kernels)}
    report |= {"icount": {}, "frames": {}, "wall": {}, "same": None, "boot": {}}
    for kernel in kernels:
        say(f"icount: {kernel.name}")
        values, frames, same = measure_icount(
            kernel, names, twice=kernel.name == "quire"
        )
        report["icount"][kernel.name] = values
        report["frames"][kernel.name] = frames
        if same is not None:
            report["same"] = same
    if args.runs:
        report["wall"] = measure_wall(kernels, names, args.runs)
    if names == ["all"]:
        report["frames"]["quire"]["frames_at_prompt"] = frames_at_prompt()
    if args.floor and args.runs and names == ["all"]:
        say("boot times")
        report["boot"] = boot_times(args.runs)
    text = tables.text(report)
    (OUT / "bench.txt").write_text(text)
    (OUT / "bench.json").write_text(json.dumps(report, indent="\t") + "\n")
    (OUT / "bench.svg").write_text(tables.svg(report))
    print(text, end="")
    if report["same"] is False:
        sys.exit("bench: two runs under -icount differ")


if __name__ == "__main__":
    main()
