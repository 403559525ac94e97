"""Lab 8: mmap. The host checks come first: they need no system that boots."""

from labs import check


@check(points=8, title="space_map makes a region, with a reference, and takes no page")
def test_map(host):
    host.run("host_cuts", "new_map_")


@check(points=8, title="a map replaces what it covers, and nothing else")
def test_replace(host):
    host.run("host_cuts", "replace_")


@check(points=12, title="munmap of every cut of every mapping, against a model")
def test_unmap(host):
    host.run("host_cuts", "cut_out_")


@check(points=12, title="mprotect of every cut; max_prot, holes, copy-on-write")
def test_protect(host):
    host.run("host_cuts", "rights_")


@check(points=6, title="neighbours that say the same are one region")
def test_merge(host):
    host.run("host_cuts", "merge_")


@check(points=12, title="ENOMEM changes nothing that can be seen")
def test_enomem(host):
    host.run("host_failing", "enomem_")


@check(points=8, title="random cuts agree with the model, with failures in between")
def test_random(host):
    host.run("host_failing", "random_")


def part(guest, name):
    guest.run("lab-mmap", name, debug=True, memory="32M", timeout=20).passed()


@check(points=10, title="in a program: munmap gives frames back and keeps the rest")
def test_guest_cuts(guest):
    part(guest, "cuts")


@check(points=8, title="in a program: rights change, contents and frames do not")
def test_guest_rights(guest):
    part(guest, "rights")


@check(points=8, title="in a program: a file is mapped as it was opened")
def test_guest_files(guest):
    part(guest, "files")


@check(points=8, title="in a program: maps hold their file's pages, and give them back")
def test_guest_references(guest):
    part(guest, "references")
