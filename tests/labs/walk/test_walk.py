"""Lab 2, walk: the bytes of the entries, and who holds which frame."""

from labs import check


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
    guest.run("lab-walk", "entries", debug=True, events=True, memory="32M").passed()


@check(points=5, title="a program that takes all memory is killed, and every table comes back")
def test_guest_memory(guest):
    guest.run("lab-walk", "memory", memory="32M", timeout=10).passed()
