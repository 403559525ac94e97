"""Lab 6: a boundary that moves, frames that follow, and malloc on top."""

import re

import pytest

from labs import check


@check(points=12, title="sbrk takes no frame: each comes with the first touch")
def test_grow(guest):
    guest.run("lab-sbrk", "grow", memory="32M").passed()


@check(points=8, title="every byte below the boundary is there, none above its page")
def test_bytes(guest):
    guest.run("lab-sbrk", "bytes").passed()


@check(points=6, title="pages side by side, frames from anywhere")
def test_scattered(guest):
    guest.run("lab-sbrk", "scattered").passed()


@check(points=12, title="a lower boundary gives the frames back")
def test_frames_back(guest):
    guest.run("lab-sbrk", "frames-back").passed()


@check(points=12, title="sbrk refuses what cannot be, and takes nothing from others")
def test_limits(guest):
    guest.run("lab-sbrk", "limits").passed()


@check(points=10, title="malloc: payloads are aligned, disjoint and kept")
def test_payloads(guest):
    guest.run("lab-malloc", "payloads").passed()


@check(points=6, title="calloc, realloc and the sizes that cannot be")
def test_edges(guest):
    guest.run("lab-malloc", "edges").passed()


@check(points=8, title="free neighbours become one block, large ones are split")
def test_merging(guest):
    guest.run("lab-malloc", "merging").passed()


@check(points=6, title="malloc touches no payload and gives a large end back")
def test_frames(guest):
    guest.run("lab-malloc", "frames").passed()


# ---- The score: one boot, the same numbers in every run ----------------------


@pytest.fixture(scope="module")
def traces(guest):
    return guest.run("lab-traces", icount=True, timeout=40)


def reach(run, claim):
    """Points for a step of the score; a failure shows all traces."""
    ended = "all traces run to their ends, undamaged"
    if not run.tap.get(ended) or not run.tap.get(claim):
        scores = re.findall(r"^# .* instructions.*$", run.serial, re.M)
        run.fail("\n".join(scores), [c for c in (ended, claim) if not run.tap.get(c)])
    run.passed(ended, claim)


@check(points=4, title="score, memory: at least 50 % of the heap is used")
def test_memory_50(traces):
    reach(traces, "at least 50 % of the heap is used")


@check(points=3, title="score, memory: at least 65 % of the heap is used")
def test_memory_65(traces):
    reach(traces, "at least 65 % of the heap is used")


@check(points=3, title="score, memory: at least 72 % of the heap is used")
def test_memory_72(traces):
    reach(traces, "at least 72 % of the heap is used")


@check(points=4, title="score, time: a call takes less than 2000 instructions")
def test_time_2000(traces):
    reach(traces, "a call takes less than 2000 instructions")


@check(points=3, title="score, time: a call takes less than 600 instructions")
def test_time_600(traces):
    reach(traces, "a call takes less than 600 instructions")


@check(points=3, title="score, time: a call takes less than 300 instructions")
def test_time_300(traces):
    reach(traces, "a call takes less than 300 instructions")
