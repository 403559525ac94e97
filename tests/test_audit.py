"""The audit is not blind: each thing that debug/breakage.c breaks is found, and
said with what is there and what ought to be. Those of mm: host/test_audit.c."""

import re

from conftest import PASSED
from inject import KERNEL

# What each line must say.
EXPECTED = {
    "cr0": r"CR0 is \w+, at boot it was \w+",
    "cr4": r"CR4 is \w+, at boot it was \w+",
    "fmask": r"FMASK is \w+, at boot it was \w+",
    "file-too-many": r"file of inode \d+: refs 3, 2 descriptors; calls hold 0 files",
    "file-too-few": r"file of inode \d+: refs 1, 2 descriptors; calls hold 0 files",
    "call-that-holds": r"calls hold 1 files, of which 0 are held",
    "writers": r"inode \d+: writers 2, recount 1",
    "pipe-end": r"pipe with 2 readers, 1 writers; open for 1, 1",
    "family": r"process \d+ \(helper-breakage\): family, space or files",
    "runs-asleep": r"thread \d+ of \d+ \(helper-breakage\): state 1, queued 0",
    "ready-and-forgotten": r"thread 1 of 1 \(helper-breakage\): state 0, queued 0",
    "queued-asleep": r"thread 1 of 1 \(helper-breakage\): state 1, queued 1",
    "queued-stranger": r"1 threads in the run queue, 0 are ready",
    "stack-canary": r"kernel stack \w+: its last word is \w+, not \w+",
    "root-references": r"frame \w+ \(kind 4\): refs 2, recount 1 \(F3\)",
    "region-rights": r"page 7f\w+: frame \w+, rights 3, shared 0; its region has 0, 0",
}


def test_each_broken_thing_is_found_and_named(boot):
    machine = boot("init=/test/helper-breakage", kernel=KERNEL)
    machine.wait(60, PASSED)
    found = dict(
        re.findall(
            r"^breakage: (\S+)\n(.*?)^breakage: [1-9]\d* defects",
            machine.output,
            re.M | re.S,
        )
    )
    assert list(found) == list(EXPECTED)
    for name, said in found.items():
        assert re.search(r"^audit: " + EXPECTED[name], said, re.M), f"{name}: {said}"
    assert "audit clean" in machine.output
