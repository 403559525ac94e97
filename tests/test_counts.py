"""What the kernel ran, as a plugin of QEMU counts it: the division of the code
into blocks, the counters, the profile."""

import os
import re
import shutil
import subprocess
import sys

import counts
import pytest

from conftest import BUILD, PASSED, ROOT, load_tool

pytestmark = [
    pytest.mark.skipif(not counts.available(), reason="QEMU without plugins"),
    pytest.mark.xdist_group("counts"),  # the image is read once
]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Not while `make coverage` counts."""
    monkeypatch.delenv("QUIRE_PLUGIN", raising=False)


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


def run(tool, *arguments, build=BUILD):
    """-> what it printed, its status"""
    env = {k: v for k, v in os.environ.items() if k[:4] not in ("PYTE", "QUIR")}
    result = subprocess.run(
        [sys.executable, ROOT / "tools" / tool, *arguments],
        cwd=ROOT,
        env=env | {"QUIRE_BUILD": str(build)},
        capture_output=True,
        text=True,
    )
    return result.stdout + result.stderr, result.returncode


def profile(*arguments):
    shown, status = run("profile", *arguments)
    assert status == 0, shown
    return shown


def test_profile_shows_what_a_program_makes_the_kernel_do():
    once = profile("--append", "init=/bin/echo -- one two", "--function", "sys_read")
    assert re.search(r"instructions of the kernel for init=/bin/echo", once)
    assert re.search(r"^ +[\d.]+% +[\d,.]+ +[\d,.]+ +[\d,.]+  \w+$", once, re.M)
    assert re.search(r"\nsys_read:\n(.*\n)*.* kernel/file.c:", once)


# ---- tools/coverage --------------------------------------------------------------


@pytest.fixture(scope="module")
def coverage(tmp_path_factory):
    """-> the report about one test, what was printed, the status"""
    build = tmp_path_factory.mktemp("build")
    for name in "quire.elf", "initramfs.cpio", "plugins":
        copy = shutil.copytree if (BUILD / name).is_dir() else shutil.copy
        copy(BUILD / name, build / name)
    test = "tests/test_boot.py::test_init_that_succeeds_passes"
    shown, status = run("coverage", test, build=build)
    return (build / "coverage/report.txt").read_text(), shown, status


def test_coverage_names_what_never_ran(coverage):
    report, _, _ = coverage
    source = (ROOT / "kernel/pipe.c").read_text().splitlines()
    part = re.search(r"^kernel/pipe.c pipe_read\n((?:.+\n)+)", report, re.M)[1]
    lines = re.findall(r"^ +(\d+) (.*)", part, re.M)
    assert len(lines) > 3
    assert all(text.startswith(source[int(n) - 1].strip()) for n, text in lines)
    assert not re.search(r"^kernel/main.c enable_interrupts$", report, re.M)


def test_coverage_that_is_not_enough_is_a_failure(coverage):
    _, shown, status = coverage
    share = re.search(r"^\d+ of \d+ blocks ran: ([\d.]+)%", shown, re.M)
    assert share and 10 < float(share[1]) < 60
    assert status == 1
    assert re.search(r"^\d+ never ran and have no reason", shown, re.M)


def test_a_reason_about_what_runs_is_a_failure():
    tool = load_tool("coverage")
    reason = tool.Reason("kernel/x.c f | return -ENOMEM | no memory")
    assert reason.fits("f", "kernel/x.c", "return -ENOMEM;")
    assert not reason.fits("g", "kernel/x.c", "return -ENOMEM;")
    assert not reason.fits("f", "kernel/x.c", "return 0;")
    assert not reason.sometimes and tool.Reason("? * * | a | b").sometimes
