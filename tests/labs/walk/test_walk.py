"""Lab 2, walk: the bytes of the entries, and who holds which frame."""

from labs import check
from labs.guest import CheckFailed
from labs.look import NX, P, U, W

# The leaf of each page that lab-walk shows.
LEAVES = {
    "text": P | U,
    "constant": P | U | NX,
    "written-data": P | W | U | NX,
    "stack": P | W | U | NX,
    "zeros-that-others-see": P | U | NX,
    "zeros-after-a-write": P | W | U | NX,
    "PROT_NONE": P | NX,
    "r-x": P | U,
}


@check(points=20, title="pt_map writes the right bits at the four levels")
def test_bits(host):
    host.run("host_entries", "bits_")


@check(points=10, title="tables are made for what is missing, empty, and go with the root")
def test_tables(host):
    host.run("host_entries", "tables_")


@check(points=15, title="a path that others see is owned before it changes")
def test_owned(host):
    host.run("host_memory", "owned_")


@check(points=15, title="view says what the MMU makes of the four entries")
def test_view(host):
    host.run("host_view", "view_")


@check(points=10, title="pt_lookup describes every page that is there")
def test_lookup(host):
    host.run("host_view", "lookup_")


@check(points=15, title="no frame is lost when memory runs out midway")
def test_memory(host):
    host.run("host_memory", "memory_")


@check(points=10, title="a running program: its entries, level by level")
def test_guest_entries(guest):
    run = guest.run("lab-walk", "entries", debug=True, events=True, memory="32M").passed()
    for name, leaf in LEAVES.items():
        expected = [P | W | U] * 3 + [leaf]
        found = [entry & (P | W | U | NX) for entry in run.look(name).entries]
        if found != expected:
            raise CheckFailed(
                f"seen from outside, through QEMU's monitor: {name}\n"
                f"expected: {' '.join(map(hex, expected))}\n"
                f"found:    {' '.join(map(hex, found))}"
            )


@check(points=5, title="a program that takes all memory is killed, and every table comes back")
def test_guest_memory(guest):
    guest.run("lab-walk", "memory", memory="32M", timeout=10).passed()
