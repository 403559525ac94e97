"""The initramfs: what tools/mkinitramfs writes, what cpio(1) writes, and what
nobody should write."""

import re
import shutil
import struct
import subprocess

import pytest

from conftest import BUILD, PANIC, PASSED, base_files, mkinitramfs, pack

PAGE = 4096


def entries(archive):
    """(name, mode, mtime, offset of contents, contents) of each file."""
    offset = 0
    while True:
        assert archive[offset : offset + 6] == b"070701"
        field = [
            int(archive[offset + 6 + 8 * i : offset + 14 + 8 * i], 16)
            for i in range(13)
        ]
        start = offset + 110
        name = archive[start : start + field[11]]
        assert name.endswith(b"\0")
        name = name.rstrip(b"\0").decode()
        data = (start + field[11] + 3) & ~3
        if name == "TRAILER!!!":
            return
        yield name, field[1], field[5], data, archive[data : data + field[6]]
        offset = (data + field[6] + 3) & ~3


def test_contents_are_page_aligned_names_sorted_times_zero():
    archive = (BUILD / "initramfs.cpio").read_bytes()
    found = list(entries(archive))
    names = [name for name, *_ in found]
    assert names == sorted(names)
    assert all(mtime == 0 for _, _, mtime, _, _ in found)
    assert all(data % PAGE == 0 for *_, data, contents in found if contents)
    assert len(archive) % PAGE == 0
    assert {name: (mode, data) for name, mode, _, _, data in found} == base_files()


def test_the_same_input_gives_the_same_bytes():
    assert mkinitramfs.archive(base_files()) == mkinitramfs.archive(base_files())


@pytest.mark.skipif(not shutil.which("cpio"), reason="no cpio(1)")
def test_cpio_reads_what_mkinitramfs_writes():
    with open(BUILD / "initramfs.cpio", "rb") as archive:
        listing = subprocess.run(
            ["cpio", "-t", "--quiet"], stdin=archive, capture_output=True, text=True
        )
    assert listing.stdout.split() == sorted(base_files())


def listing_is_complete(output):
    return all(name in output for name in ("cat", "demo-sharing", "true"))


@pytest.mark.skipif(not shutil.which("cpio"), reason="no cpio(1)")
def test_archive_of_cpio_works(boot, tmp_path):
    archive = tmp_path / "plain.cpio"
    with open(archive, "wb") as out:
        subprocess.run(
            "find . | cpio -o -H newc --quiet",
            shell=True,
            cwd=BUILD / "root",
            stdout=out,
            check=True,
        )
    output = boot.run("ls /bin; cat /etc/motd", initrd=archive)
    assert listing_is_complete(output)
    assert "Quire" in output


def test_unaligned_archive_works(boot, tmp_path):
    archive = pack(tmp_path / "unaligned.cpio", {}, align=4)
    assert listing_is_complete(boot.run("ls /bin", initrd=archive))


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 12288, 100000])
def test_file_of_size_is_read_whole(boot, tmp_path, size):
    text = "".join(chr(33 + i % 90) for i in range(size))
    for align in 4, PAGE:
        archive = pack(tmp_path / "sized.cpio", {"etc/sized": text}, align=align)
        output = boot.run("cat /etc/sized; echo; echo END", initrd=archive)
        assert f"{text}\nEND" in output


def whole():
    return bytearray((BUILD / "initramfs.cpio").read_bytes())


def header_of(archive, name):
    """Offset of the header of a file."""
    at = archive.index(name.encode() + b"\0") - 110
    assert archive[at : at + 6] == b"070701"
    return at


def truncated_in_header(archive):
    return archive[:50]


def truncated_in_name(archive):
    return archive[:112]


def truncated_in_contents(archive):
    return archive[: len(archive) // 2]


def bad_magic(archive):
    archive[header_of(archive, "bin/ls")] = ord("x")
    return archive


def old_binary_magic(archive):
    return struct.pack("<H", 0o070707) + archive[2:]


def bad_digit(archive):
    at = header_of(archive, "bin/ls")
    archive[at + 60] = ord("g")
    return archive


def huge_file(archive):
    at = header_of(archive, "bin/ls") + 6 + 6 * 8
    archive[at : at + 8] = b"ffffffff"
    return archive


def huge_name(archive):
    at = header_of(archive, "bin/ls") + 6 + 11 * 8
    archive[at : at + 8] = b"fffffff0"
    return archive


def empty_name(archive):
    at = header_of(archive, "bin/ls") + 6 + 11 * 8
    archive[at : at + 8] = b"00000000"
    return archive


def unterminated_name(archive):
    at = header_of(archive, "bin/ls") + 6 + 11 * 8
    archive[at : at + 8] = b"00000004"
    return archive


def text_file(archive):
    return b"This is not an archive.\n" * 100


DEFECTS = [
    truncated_in_header,
    truncated_in_name,
    truncated_in_contents,
    bad_magic,
    old_binary_magic,
    bad_digit,
    huge_file,
    huge_name,
    empty_name,
    unterminated_name,
    text_file,
]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda f: f.__name__)
def test_malformed_archive_is_a_panic_that_names_the_offset(boot, tmp_path, defect):
    path = tmp_path / "malformed.cpio"
    path.write_bytes(defect(whole()))
    machine = boot(initrd=path)
    machine.wait(20, PANIC)
    message = machine.output.split("PANIC: ")[1].splitlines()[0]
    assert re.search(r"offset (0x)?[0-9a-f]+|byte (0x)?[0-9a-f]+", message), message


def linked_tree(directory):
    """Files, links and links through links, on the host. -> mkinitramfs's entries"""
    (directory / "one").write_text("shared\n")
    (directory / "two").hardlink_to(directory / "one")
    return [
        f"data/one={directory}/one",
        f"data/two={directory}/two",
        "data/link->two",
        "dir->data",
        f"dir/through={directory}/two",
        "dangling->nowhere",
    ]


def test_links_of_an_archive_lead_to_their_files(boot, tmp_path):
    files = base_files() | dict(map(mkinitramfs.read_entry, linked_tree(tmp_path)))
    archive = mkinitramfs.archive(files)
    assert archive == mkinitramfs.archive(files)
    (tmp_path / "links.cpio").write_bytes(archive)
    assert archive.count(b"shared\n") == 1
    output = boot.run(
        "cat /data/link /dir/one /dir/through; cat /dangling; echo; "
        "echo more >> /dir/two; cat /data/one",
        initrd=tmp_path / "links.cpio",
    )
    assert output.count("shared\n") == 4
    assert output.count("more\n") == 1
    assert "dangling: No such file" in output


@pytest.mark.skipif(not shutil.which("cpio"), reason="no cpio(1)")
def test_links_in_an_archive_of_cpio(boot, tmp_path):
    tree = tmp_path / "tree"
    shutil.copytree(BUILD / "root", tree)
    linked_tree(tree)
    (tree / "dir").symlink_to("lib")
    (tree / "dir2").symlink_to("/dir/")
    with open(tmp_path / "links.cpio", "wb") as out:
        subprocess.run(
            "find . | cpio -o -H newc --quiet", shell=True, cwd=tree, stdout=out,
            check=True,
        )
    output = boot.run(
        "ls /dir2; echo more >> /two; cat /one", initrd=tmp_path / "links.cpio"
    )
    assert "libc.so" in output
    assert "shared\nmore\n" in output.replace("\r", "")


def test_strange_entries_are_skipped_or_kept_but_harm_nothing(boot, tmp_path):
    files = base_files()
    files["../outside"] = (0o100644, b"x")
    files["bin/device"] = (0o020644, b"")
    files["a" * 300] = (0o100644, b"x")
    files["bin/ls/below-a-file"] = (0o100644, b"x")
    files["deep/er/and/deeper"] = (0o100644, b"found\n")
    files["etc/empty"] = (0o120777, b"")
    files["etc/long"] = (0o120777, b"/" * 2000)
    files["etc/nowhere"] = (0o120777, b"missing")
    files["etc/nowhere/file"] = (0o100644, b"x")
    path = tmp_path / "strange.cpio"
    path.write_bytes(mkinitramfs.archive(files))
    output = boot.run("cat /deep/er/and/deeper", initrd=path, status=PASSED)
    assert "found" in output
    assert dict(re.findall(r"^initramfs: (\S+): skipped: (.*)", output, re.M)) == {
        "../outside": "leads out of the tree",
        "a" * 255: "name too long",
        "bin/device": "no file, directory or symbolic link",
        "bin/ls/below-a-file": "a file is in its way",
        "etc/empty": "name too long",
        "etc/long": "name too long",
        "etc/nowhere/file": "behind a symbolic link that leads nowhere",
    }


def of_device(number, data):
    """An entry of mkinitramfs, but of another device."""
    return data[:62] + b"%08x" % number + data[70:]


def test_files_of_several_devices_and_names_twice(boot, tmp_path):
    """What `cat a.cpio b.cpio` and find(1) across file systems make."""
    entries = [
        (2, "one", b"", 2),
        (1, "two", b"", 2),
        (2, "three", b"of device 2\n", 2),
        (1, "four", b"of device 1\n", 2),
        (1, "etc/motd", b"another\n", 1),
        (1, "bin", b"x", 1),
    ]
    archive = whole()[: header_of(whole(), "TRAILER!!!")]
    for device, name, data, links in entries:
        new = mkinitramfs.entry(len(archive), 5000, name, 0o100644, data, links)
        archive += of_device(device, new)
    archive += mkinitramfs.entry(len(archive), 0, "TRAILER!!!", 0, b"")
    path = tmp_path / "devices.cpio"
    path.write_bytes(archive)
    output = boot.run("cat /one /two /etc/motd", initrd=path)
    assert "of device 2\nof device 1\nanother\n" in output
    assert "initramfs: bin: skipped: is a directory already" in output
