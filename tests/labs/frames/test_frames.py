"""Lab 1, frames: the allocator alone on the host, then under a running system."""

import pytest

from labs import check

POISON = 0xDEADF4A3E0000000  # as in mm/frame.c


@pytest.fixture(scope="module")
def processes(guest):
    return guest.run("lab-frames", debug=True, events=True, memory="32M")


@check(points=15, title="every frame is given out once, with one reference and its kind")
def test_take(host):
    host.run("host_frames", "take")


@check(points=15, title="frame_get and frame_put count; only the last put frees")
def test_refs(host):
    host.run("host_frames", "refs")


@check(points=10, title="a freed frame is poisoned, a zeroed one is zero")
def test_poison(host):
    host.run("host_frames", "poison")


@check(points=10, title="the frame that was freed last is used first")
def test_reuse(host):
    host.run("host_frames", "reuse")


@check(points=10, title="a put or get of a free frame, or a write to it, is noticed")
def test_bugs(host):
    host.run("host_frames", "bugs")


@check(points=10, title="the system runs on it, and the audit finds no frame lost")
def test_system(processes):
    processes.passed()


@check(points=10, title="the events tell every frame: alloc and free take turns")
def test_events(processes):
    taken, frees = set(), 0
    for event in processes.events:
        frame = event.get("frame")
        if event["kind"] == "alloc":
            assert frame not in taken, (
                f"expected: frame {frame} is given out when it is free\n"
                f"found:    event {event['seq']} gives it out a second time"
            )
            taken.add(frame)
        elif event["kind"] == "free":
            assert frame in taken, (
                f"expected: frame {frame} is freed once\n"
                f"found:    event {event['seq']} frees what was not given out"
            )
            taken.discard(frame)
            frees += 1
    if len(taken) < 10 or frees < 1000:
        processes.fail(
            "expected: over 1000 frames are freed, over 10 stay in use\n"
            f"found:    {frees} events `free`, {len(taken)} frames in use at the end"
        )


@check(points=5, title="seen from outside: the frame a program gave back holds poison")
def test_outside(guest):
    run = guest.run("lab-frames", "outside", debug=True).passed()
    mine, freed = run.looks["mine"], run.looks["freed"]
    assert mine.rights == "rw-" and set(mine.words) == {0x7777777777777777}
    assert not run.looks["gone"].present and mine.frame == freed.frame
    other = next((word for word in freed.words if word != POISON), POISON)
    assert other == POISON, (
        f"expected: frame {freed.frame:x} holds {POISON:#x} after munmap\n"
        f"found:    {other:#x}"
    )


@check(points=15, title="memory runs out, and is all there again afterwards")
def test_exhaustion(guest):
    guest.run("lab-frames", "exhaust", memory="24M").passed()
