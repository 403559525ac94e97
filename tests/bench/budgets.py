#!/usr/bin/env python3
"""budgets: measures what budgets.ini limits, and rewrites it: make bench-budgets

An operation may take ten per cent more guest instructions than the file says.
They are the same in each run and on each host, but not from another compiler:
the file says which one it is for.
"""

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import bench

FILE = Path(__file__).parent / "budgets.ini"
SLACK = 10  # per cent
MEMORY = "256M"
HEAD = """\
; Guest instructions of each operation of vmbench (frames, of those that begin
; with frames_), as they were measured last. tests/test_bench.py allows {} %
; more. `make bench-budgets` measures anew and rewrites the figures.

"""


def read():
    file = configparser.ConfigParser()
    file.read(FILE)
    return file


def groups(file):
    """-> {section: {operation: figure}}"""
    return {
        section: {name: int(n) for name, n in file[section].items()}
        for section in file.sections()
        if section != "made with"
    }


def compiler():
    """What made this build, without the minor version: gcc 12"""
    flags = (bench.BUILD / "flags").read_text()
    program = flags.split()[0]
    text = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout
    name = "clang" if "clang" in text else "gcc"
    return name + re.search(r" \d+(?=[.]\d)", text)[0]


def checked():
    """Whether this build contains checks that cost instructions."""
    flags = (bench.BUILD / "flags").read_text().splitlines()[0]
    return re.findall(r"-D(?!QUIRE_VERSION)(\w+)", flags) != []


def measure(names):
    """-> {operation: figure}, of those that ran"""
    output = bench.quire().run(list(names), icount=True, memory=MEMORY)
    values, frames = bench.results(output)
    return values | frames


def exceeded(limits, measured):
    """-> a line for each operation that grew by more than the slack"""
    lines = []
    for name, limit in limits.items():
        value = measured.get(name, limit)
        if value * 100 > limit * (100 + SLACK):
            lines.append(
                f"{name}: {value:,}, {(value / limit - 1) * 100:.1f} % more "
                f"than its budget of {limit:,}"
            )
    return lines


def main():
    file = read()
    if checked():
        sys.exit("budgets: this build has checks that cost instructions")
    for section, limits in groups(file).items():
        measured = measure(limits)
        for name, was in limits.items():
            now = measured.get(name, was)
            file[section][name] = str(now)
            if now != was:
                print(f"{name}: {was:,} -> {now:,}")
    file["made with"] = {"compiler": compiler()}
    with open(FILE, "w") as out:
        out.write(HEAD.format(SLACK))
        file.write(out)


if __name__ == "__main__":
    main()
