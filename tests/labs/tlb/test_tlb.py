"""Lab 9, tlb: the shadow TLB of a debug kernel watches a program that makes every
kind of change; simulated CPUs that never forget watch the order."""

import re

import pytest

from labs import check


@pytest.fixture(scope="module")
def changes(guest):
    return guest.run("/test/flushes", debug=True, memory="32M", timeout=30)


def all_covered(run, function):
    """Nothing that this function changed was still in a TLB when a program ran
    again, and the program came to its end."""
    lines = re.findall(rf"^shadow TLB: .* after {function}:.*$", run.serial, re.M)
    if lines:
        run.fail(
            f"expected: a flush covers every change that {function} makes\n"
            "found:    " + "\n          ".join(lines[:5])
        )
    if "shutdown: " not in run.serial:
        run.fail("expected: the program and the system come to their end")


@check(points=10, title="fork: the parent's CPU forgets that it may write")
def test_fork(changes):
    all_covered(changes, "pt_fork")


@check(points=10, title="own: the copy is seen, of a page and of a table")
def test_own(changes):
    all_covered(changes, "own")


@check(points=10, title="unmap: nothing of a page, nothing of a whole table is left")
def test_unmap(changes):
    all_covered(changes, "clear")


@check(points=10, title="protect: a right that is taken away is gone at once")
def test_protect(changes):
    all_covered(changes, "protect_in")


@check(points=10, title="a kernel stack that is gone is gone")
def test_kernel(changes):
    all_covered(changes, "pt_unmap_kernel")


@check(points=20, title="on CPUs that never forget, nobody sees or writes an old frame")
def test_stale(host):
    host.run("host_tlb", "stale")


@check(points=15, title="the flush comes before the reference goes")
def test_order(host):
    host.run("host_tlb", "order")


@check(points=15, title="no more is flushed than must be, nothing for a root that is not in use")
def test_cost(host):
    host.run("host_tlb", "cost")
