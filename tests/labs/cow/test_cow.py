"""Lab 7, cow: who sees which frame after fork, and after each write."""

from labs import check


@check(points=10, title="fork takes one frame, and W from the entries of both roots")
def test_fork(host):
    host.run("host_fork", "fork_")


@check(points=10, title="no CPU goes on with what fork or a copy has changed")
def test_flush(host):
    host.run("host_fork", "flush_")


@check(points=20, title="one rule at every level: a write copies its path, and nothing beside it")
def test_path(host):
    host.run("host_path", "path_")


@check(points=10, title="the last owner does not copy")
def test_alone(host):
    host.run("host_path", "alone_")


@check(points=10, title="shared mappings stay shared")
def test_shared(host):
    host.run("host_path", "shared_")


@check(points=5, title="the frame of zeros and the pages of files are never written to")
def test_sources(host):
    host.run("host_kernel", "sources_")


@check(points=10, title="without memory nothing changes, and no frame is lost")
def test_memory(host):
    host.run("host_fork", "memory_")


@check(points=10, title="the kernel's copies into user memory obey the rule")
def test_kernel(host):
    host.run("host_kernel", "kernel_")


@check(points=5, title="a running fork costs the same for 64 KiB and for 16 MiB")
def test_guest_cost(guest):
    guest.run("lab-cow", "cost", memory="64M").passed()


@check(points=5, title="a running program: references and rights at the four levels")
def test_guest_write(guest):
    guest.run("lab-cow", "write", debug=True, events=True, memory="32M").passed()


@check(points=5, title="system calls write into forked memory as programs do")
def test_guest_kernel(guest):
    guest.run("lab-cow", "kernel", debug=True, events=True, memory="32M").passed()
