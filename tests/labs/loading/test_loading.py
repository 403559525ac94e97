"""The checks of lab 4: nothing is copied, pages come when touched.

Begin at the top: the first eight run mm/ and the parser on the host, where no
system has to boot.
"""

from labs import check

PROGRAM = range(0x400000, 0x10000000)  # where ET_EXEC programs lie
LIBC = range(0x7F0000000000, 0x7FFFFF700000)  # below the stack's guard


@check(points=10, title="good ELF files are accepted, segment by segment")
def test_elf_accepts(host):
    host.run("host_elf", "accepted")


@check(points=15, title="ELF files that lie are refused with ENOEXEC")
def test_elf_refuses(host):
    host.run("host_elf", "refused")


@check(points=10, title="each segment becomes one region, with rights and base")
def test_regions(host):
    host.run("host_loading", "regions")


@check(points=10, title="exec maps no page; one touch brings one page")
def test_lazy(host):
    host.run("host_loading", "lazy")


@check(points=10, title="the touched page of a file is the module's frame")
def test_in_place(host):
    host.run("host_loading", "in_place")


@check(points=10, title="behind .data come zeros, from one frame until written")
def test_tails(host):
    host.run("host_loading", "tail")


@check(points=5, title="what fails is reported, and no frame is lost midway")
def test_failures(host):
    host.run("host_loading", "failing")


@check(points=5, title="text is never written, data never executed")
def test_rights(host, guest):
    host.run("host_loading", "rights_of")
    guest.run("lab-loading", "rights").passed()


def pages(events, kind):
    """The addresses of user pages in events of this kind."""
    found = {int(e["va"], 16) & ~0xFFF for e in events if e["kind"] == kind}
    return {va for va in found if va in PROGRAM or va in LIBC}


def listed(addresses):
    return ", ".join(f"{va:x}" for va in sorted(addresses)[:8])


@check(points=10, title="in the system: no page of a program before its first touch")
def test_lazy_guest(guest):
    run = guest.run("lab-loading", "lazy", events=True)
    run.passed()
    events = run.events
    exec_at = [i for i, e in enumerate(events) if e["kind"] == "exec"]
    assert exec_at, "expected: an event `exec`; the event stream has none"
    early = pages(events[: exec_at[0]], "map") | pages(events[: exec_at[0]], "fault")
    assert not early, (
        "expected: while execve builds the space it touches none of the program's\n"
        f"and libc's pages; found: events map and fault of {listed(early)}"
    )
    uncalled = pages(events, "map") - pages(events, "fault")
    assert not uncalled, (
        "expected: every page is mapped by a fault at that page; found: events map\n"
        f"without a fault of {listed(uncalled)}"
    )


@check(points=5, title="in the system: file pages in place, bss from the zero frame")
def test_place_guest(guest):
    guest.run("lab-loading", "place").passed()
    guest.run("lab-loading", "zeros").passed()


@check(points=5, title="in the system: damaged programs are refused, nothing is mapped")
def test_refuse_guest(guest):
    guest.run("lab-loading", "refuse").passed()


@check(points=5, title="in the system: dynamic, static and relocatable programs run")
def test_programs(guest):
    guest.run("lab-loading", "programs").passed()
