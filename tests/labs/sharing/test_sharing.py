"""The checks of lab 5: one copy of each page, mapped by all who use it.

Begin at the top: the first six run mm/ on the host, where no system has to
boot. The guest's checks are Figure 9.9 of CS:APP as facts about frames.
"""

from labs import check
from labs.guest import CheckFailed


@check(points=10, title="whole aligned pages of the archive are shown in place")
def test_in_place(host):
    host.run("host_sharing", "in_place")


@check(points=10, title="pages that are not aligned are copied once, for all")
def test_copied_once(host):
    host.run("host_sharing", "copied_once")


@check(points=10, title="a file ends with its last page, and that with zeros")
def test_edges(host):
    host.run("host_sharing", "edge_")


@check(points=10, title="reclaim drops clean pages and loses no write")
def test_reclaim(host):
    host.run("host_sharing", "reclaim_")


@check(points=10, title="private mappings: shared before, private after a write")
def test_private(host):
    host.run("host_sharing", "private_")


@check(points=5, title="shared mappings: one page whoever writes, also after fork")
def test_shared(host):
    host.run("host_sharing", "shared_pages_")


@check(points=10, title="in the system: one set of libc text frames in six processes")
def test_text(guest):
    guest.run("lab-sharing", "text").passed()


@check(points=5, title="in the system: data shared before and private after a write")
def test_data(guest):
    guest.run("lab-sharing", "data").passed()


# A page that two processes show: its rights, and whether it is one frame.
FIGURE_9_9 = {
    "libc": ("r-x", True),
    "read": ("r--", True),
    "written": ("rw-", False),
    "shared": ("rw-", True),
}


@check(points=5, title="seen from outside: which frames two processes' entries lead to")
def test_outside(guest):
    run = guest.run("lab-outside").passed()
    for name, expected in FIGURE_9_9.items():
        here, there = run.look(f"{name}-here"), run.look(f"{name}-there")
        found = there.rights, here.frame == there.frame
        if here.rights != there.rights or found != expected:
            raise CheckFailed(
                f"page `{name}` in two processes, by QEMU's monitor\n"
                f"expected: both {expected[0]}, {'one frame' if expected[1] else 'two frames'}\n"
                f"found:    {here.rights}, frame {here.frame:#x}, "
                f"and {there.rights}, frame {there.frame:#x}"
            )


@check(points=10, title="in the system: MAP_SHARED memory stays shared across fork")
def test_fork(guest):
    guest.run("lab-sharing", "fork").passed()


@check(points=10, title="in the system: mapped files, and what their descriptors allow")
def test_files(guest):
    guest.run("lab-sharing", "files").passed()


@check(points=5, title="in the system: written pages survive when memory runs out")
def test_pressure(guest):
    guest.run("lab-sharing", "pressure", memory="24M").passed()
