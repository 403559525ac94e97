"""Lab 1, frames: the allocator alone on the host, then under a running system."""

import pytest

from labs import check
from labs.guest import CheckFailed

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
    taken, frees = {}, 0  # taken: frame -> the event that gave it out
    for event in processes.events:
        frame, seq = event.get("frame"), event["seq"]
        if event["kind"] == "alloc":
            if frame in taken:
                raise CheckFailed(
                    f"expected: frame {frame} is given out when it is free\n"
                    f"found:    event {seq} gives it out, and so did event "
                    f"{taken[frame]['seq']}; no `free` is between them"
                )
            taken[frame] = event
        elif event["kind"] == "free":
            given = taken.pop(frame, None)
            if not given:
                raise CheckFailed(
                    f"expected: one event `free` for each `alloc`: the last put\n"
                    f"found:    event {seq} frees frame {frame}, which was free"
                )
            if given["frame_kind"] != event["frame_kind"]:
                raise CheckFailed(
                    f"expected: `free` tells what frame {frame} was used for, "
                    f"kind={given['frame_kind']} (event {given['seq']})\n"
                    f"found:    event {seq} says kind={event['frame_kind']}"
                )
            frees += 1
    if len(taken) < 10 or frees < 1000:
        processes.fail(
            "expected: over 1000 frames are freed, over 10 stay in use\n"
            f"found:    {frees} events `free`, {len(taken)} frames in use at the end"
        )


@check(points=5, title="seen from outside: the frame a program gave back holds poison")
def test_outside(guest):
    run = guest.run("lab-frames", "outside", debug=True).passed()
    mine, freed = run.look("mine"), run.look("freed")
    assert mine.rights == "rw-" and set(mine.words) == {0x7777777777777777}
    assert not run.look("gone").present and mine.frame == freed.frame
    other = next((word for word in freed.words if word != POISON), POISON)
    assert other == POISON, (
        f"expected: frame {freed.frame:x} holds {POISON:#x} after munmap\n"
        f"found:    {other:#x}"
    )


@check(points=15, title="memory runs out, and is all there again afterwards")
def test_exhaustion(guest):
    guest.run("lab-frames", "exhaust", memory="24M").passed()
