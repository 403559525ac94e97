"""The tools themselves: a harness that cannot tell a crash from a success, or a
doctor that overlooks a missing file, would make all else worthless."""

import os
import re
import shutil
import struct
import subprocess

import pytest
import qemu

from conftest import BUILD, PASSED, ROOT, load_tool

BASE = 0x100000


def tiny_kernel(path, code):
    """An ELF file with a PVH note that runs this 32-bit code."""
    note = struct.pack("<III4sI", 4, 4, 18, b"Xen\0", BASE + 0x1000)
    headers = b""
    for kind, offset, contents in (1, 0x1000, code), (4, 0x200, note):
        address = BASE + offset
        headers += struct.pack(
            "<IIQQQQQQ", kind, 7, offset, address, address, *[len(contents)] * 2, 4
        )
    ident = b"\x7fELF\2\1\1" + bytes(9)
    head = ident + struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, BASE + 0x1000, 64, 0, 0, 64, 56, 2, 64, 0, 0
    )
    image = (head + headers).ljust(0x200, b"\0") + note
    path.write_bytes(image.ljust(0x1000, b"\0") + code)
    return path


def leave(value):
    """mov dx, 0xf4; mov eax, value; out dx, eax; jmp $"""
    return b"\x66\xba\xf4\x00\xb8" + struct.pack("<I", value) + b"\xef\xeb\xfe"


TRIPLE_FAULT = b"\x0f\x01\x1d\x00\x00\x00\x00\x0f\x0b"  # lidt [0]; ud2
FOR_EVER = b"\xeb\xfe"


def tiny(boot, tmp_path, code):
    return boot(kernel=tiny_kernel(tmp_path / "tiny.elf", code), initrd=None)


def test_success_is_one_status_only(boot, tmp_path):
    tiny(boot, tmp_path, leave(0x10)).wait(10, PASSED)
    for value in 0x00, 0x11, 0x12, 0x20:
        machine = tiny(boot, tmp_path, leave(value))
        with pytest.raises(qemu.Crash):
            machine.wait(10, PASSED)


def test_triple_fault_is_told_from_an_exit(boot, tmp_path):
    machine = tiny(boot, tmp_path, TRIPLE_FAULT)
    with pytest.raises(qemu.Crash) as crash:
        machine.wait(10, PASSED)
    if machine.status == -6:
        pytest.skip("QEMU 8.2 aborts at a triple fault")
    assert machine.status == 0
    assert "triple fault" in str(crash.value)


def test_hang_ends_with_registers(boot, tmp_path):
    machine = tiny(boot, tmp_path, FOR_EVER)
    while "EIP=00101000" not in machine.human("info registers"):
        machine.rest(0.1)  # the firmware still runs
    with pytest.raises(qemu.Hang, match=r"(?s)did not end.*EIP=00101000"):
        machine.wait(0.5)


def test_qemu_that_cannot_start_is_a_crash(boot):
    machine = boot(cpu="no-such-cpu")
    with pytest.raises(qemu.Crash, match="no-such-cpu"):
        machine.expect("anything", 10)


def test_packages_of_nobody_are_named():
    command = [ROOT / "tools/packages", "no-such-package"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert "no-such-package is not installed" in result.stderr


@pytest.mark.skipif(not shutil.which("dpkg"), reason="no dpkg")
def test_packages_bring_their_libraries():
    """What ldd says, read from the ELF files."""
    files = load_tool("packages").closure(["coreutils:bin/ls"])
    said = subprocess.run(["ldd", "/bin/ls"], capture_output=True, text=True).stdout
    names = re.findall(r"^\s*(\S+) => /|^\s*/(\S+) ", said, re.M)
    wanted = {"ls"} | {os.path.basename(a or b) for a, b in names}
    assert {os.path.basename(name) for name in files} == wanted
    assert "lib64/ld-linux-x86-64.so.2" in files


def test_tiers_are_written_and_compared():
    tiers = load_tool("tiers")
    results = [[5, "dash", "a", "passed"], [5, "dash", "b", "passed"]]
    results += [[6, "tcc", "a", "skipped"]]
    readme = f"before\n{tiers.BEGIN}{tiers.END}behind\n"
    assert len(tiers.wrong_lines(readme, results)) == 1
    written = tiers.write(readme, results)
    assert "| all 2 cases |" in written and "tcc" not in written
    assert written.startswith("before\n") and written.endswith("behind\n")
    assert not tiers.wrong_lines(written, results)
    results[1][3] = "pending"
    assert "| 1 of 2 cases |" in tiers.wrong_lines(written, results)[0]
    assert tiers.write(written, results).count("\n") == written.count("\n")


def test_symbols_are_sorted_and_unique():
    names = ["ffffffff80000010 T b", "ffffffff80000000 t a", "0 A absolute"]
    names += ["ffffffff80000000 t also_a", "ffffffff80000020 D data", "garbage"]
    found = load_tool("mksymbols").functions(names)
    assert found == [(0xFFFFFFFF80000000, "a"), (0xFFFFFFFF80000010, "b")]


def doctor(tmp_path, *arguments, present=(), **environment):
    """Runs doctor where only the barest tools and those `present` exist."""
    tools = tmp_path / "tools"
    tools.mkdir()
    plain = "sh sed grep head tail cut tr sort xargs uname id cat apt-get".split()
    for name in [*plain, *present]:
        (tools / name).symlink_to(shutil.which(name) or "/bin/true")
    return subprocess.run(
        [tools / "sh", ROOT / "tools/doctor", *arguments],
        env={"PATH": str(tools), **environment},
        capture_output=True,
        text=True,
    )


def test_doctor_names_what_is_missing_and_how_to_get_it(tmp_path):
    result = doctor(tmp_path, "--install", "build", NO_INSTALL="1")
    assert result.returncode != 0
    assert "assembles boot/" in result.stderr
    assert "apt-get install" in result.stderr and "nasm" in result.stderr


def test_doctor_needs_no_python(tmp_path):
    result = doctor(tmp_path)
    assert result.returncode == 0, result.stderr
    assert "qemu-system-x86_64" in result.stdout


def test_doctor_is_silent_where_all_is_there():
    command = [ROOT / "tools/doctor", "--install", "build", "iso", "run"]
    environment = {**os.environ, "NO_INSTALL": "1"}
    environment.pop("MAKEFLAGS", None)
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "name, text",
    [
        ("mm/store.c", '#include "mm/space.h"\n'),
        ("mm/space.c", '#include "kernel/process.h"\n'),
        ("mm/store.c", "int x = PTE_P;\n"),
        ("kernel/exec.c", '#include "mm/pte.h"\n'),
        ("kernel/file.h", '#include "kernel/inode.h"\n'),
        ("kernel/exec.c", "#include <stdio.h>\n"),
        ("kernel/exec.c", '__asm__ volatile("hlt");\n'),
        ("user/bin/ls.c", '#include "kernel/types.h"\n'),
        ("kernel/exec.c", "int x;\n" * 451),
        ("kernel/exec.c", "int\nf(void)\n{\n" + "\tf();\n" * 61 + "}\n"),
    ],
)
def test_layers_finds(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    command = [ROOT / "tools/layers"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 1
    assert name in result.stdout


def test_layers_is_content_with_the_tree():
    result = subprocess.run(
        [ROOT / "tools/layers"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


def test_kernel_segments_have_the_rights_of_their_contents():
    """Text R-X, rodata R--, data RW-: no segment is writable and executable."""
    image = (BUILD / "quire.elf").read_bytes()
    start, count = struct.unpack_from("<Q", image, 32)[0], image[56]
    flags = [
        struct.unpack_from("<I", image, start + 56 * i + 4)[0]
        for i in range(count)
        if struct.unpack_from("<I", image, start + 56 * i)[0] == 1
    ]
    assert {4, 5, 6} <= set(flags)
    assert all(flag & 3 != 3 for flag in flags)
