"""What the kernel ran, as a plugin of QEMU counts it: the division of the code
into blocks, the counters, the profile."""

import os
import re
import subprocess

import counts
import pytest

from conftest import BUILD, PASSED, ROOT

pytestmark = [
    pytest.mark.skipif(not counts.available(), reason="QEMU without plugins"),
    pytest.mark.xdist_group("counts"),  # the image is read once
]


@pytest.fixture(scope="module")
def image():
    return counts.Image(BUILD / "quire.elf")


def counted(boot, image, out, append):
    plugin = counts.plugin_argument(image, BUILD / "plugins/counts.so", out)
    boot(append, extra=["-plugin", plugin]).wait(60, PASSED)
    return counts.Counts(image, out)


def entry(image, name):
    return next(address for address, other in image.functions if other == name)


def test_what_ran_is_counted_and_what_did_not_is_not(boot, image, tmp_path):
    found = counted(boot, image, tmp_path / "counts", "init=/bin/true")
    assert found[entry(image, "kernel_main")] == 1
    assert found[entry(image, "start_pvh")] == 1
    assert found[entry(image, "start_multiboot2")] == 0
    assert found[entry(image, "trap")] > 10
    assert found[entry(image, "panic")] == 0
    assert found[entry(image, "pipe_read")] == 0


def test_machines_can_share_the_counters(boot, image, tmp_path):
    for _ in range(2):
        found = counted(boot, image, tmp_path / "counts", "init=/bin/true")
    assert found[entry(image, "kernel_main")] == 2


def test_a_block_runs_as_a_whole(boot, image, tmp_path):
    """All its instructions as often as the first, but where the machine stops
    and where rep repeats. (boot/ is 32-bit code for the most part: not here.)"""
    found = counted(boot, image, tmp_path / "counts", "init=/bin/ls")
    low = image.ranges[-1][0]
    ran = [block for block in image.blocks if block.start >= low and found[block.start]]
    assert 1000 < len(ran) < len(image.blocks)
    for block in ran:
        for i in block.instructions:
            if block.function != "power_off" and not i.text.startswith("rep"):
                assert found[i.address] == found[block.start], (block.function, i.text)
    inside = {i.address for block in image.blocks for i in block.instructions}
    outside = [i for i in image.instructions if i.address not in inside]
    assert all(i.fills for i in outside)


def test_lines_of_a_function(image):
    blocks = [block for block in image.blocks if block.function == "pt_own"]
    lines = image.lines([block.start for block in blocks])
    assert len(blocks) > 2
    assert {file for _, file, _ in lines.values()} >= {"mm/pt.c"}


def profile(*arguments):
    result = subprocess.run(
        [ROOT / "tools/profile", *arguments],
        cwd=ROOT,
        env=os.environ | {"QUIRE_BUILD": str(BUILD)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_profile_shows_what_a_program_makes_the_kernel_do():
    once = profile("--append", "init=/bin/echo -- one two", "--function", "sys_read")
    assert re.search(r"instructions of the kernel for init=/bin/echo", once)
    assert re.search(r"^ +[\d.]+% +[\d,.]+ +[\d,.]+ +[\d,.]+  \w+$", once, re.M)
    assert re.search(r"\nsys_read:\n(.*\n)*.* kernel/sys_file.c:", once)
