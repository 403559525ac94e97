"""What all tests share: booting machines, making archives, the closing line.

The tests need what `make test` builds first. Each boots the kernel through PVH,
which takes a tenth of a second, unless it is about the ISO.
"""

import gzip
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("QUIRE_BUILD", "build")
sys.path.insert(0, str(ROOT / "tools"))
if BUILD.name != "build":  # a checked kernel is slower
    os.environ.setdefault("QUIRE_PATIENCE", "5")

import bochs  # noqa: E402
from qemu import FAILED, PANIC, PASSED, Machine  # noqa: E402, F401

collect_ignore = ["labs"]  # graded by tools/lab, which runs them itself

PROMPT = r"^quire:\S*\$ "


def load_tool(name):
    """A script of tools/ as a module."""
    loader = SourceFileLoader(name, str(ROOT / "tools" / name))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(name, loader)
    )
    loader.exec_module(module)
    return module


mkinitramfs = load_tool("mkinitramfs")


class Boots:
    """Starts machines; the fixture ends them and shows their consoles."""

    def __init__(self, directory):
        self.directory = directory
        self.machines = []

    def __call__(self, append="", *, events=False, **config):
        if "iso" not in config:
            config.setdefault("kernel", BUILD / "quire.elf")
            config.setdefault("initrd", BUILD / "initramfs.cpio")
            config["append"] = ("events=1 " if events else "") + append
        if events:
            config["events"] = self.directory / f"events{len(self.machines)}"
        machine = Machine(**config)
        self.machines.append(machine)
        return machine

    def run(self, line, *, options="", status=PASSED, timeout=60, **config):
        """Boots with these words on the kernel's command line, runs one line of
        the shell, ends. -> what it printed"""
        machine = self(f"{options} -- {line}", **config)
        machine.wait(timeout, status)
        return machine.output

    def shell(self, append="", **config):
        """Boots to the prompt."""
        machine = self(append, **config)
        machine.expect(PROMPT)
        return machine

    def end(self):
        for machine in self.machines:
            machine.close()
            print(f"--- {' '.join(map(str, machine.args))}\n{machine.output}")


@pytest.fixture
def boot(tmp_path):
    boots = Boots(tmp_path)
    yield boots
    boots.end()


@pytest.fixture
def bochs_boot():
    """Starts Bochs; ends it and shows its console."""
    machines = []

    def start(*args, **options):
        machines.append(bochs.Machine(*args, **options))
        return machines[-1]

    yield start
    for machine in machines:
        print(f"--- Bochs\n{machine.output}")
        machine.close()


@pytest.fixture(scope="module")
def module_boot(tmp_path_factory):
    """One machine that several tests look at."""
    boots = Boots(tmp_path_factory.mktemp("boot"))
    yield boots
    boots.end()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A test that fails with a machine in it: how to repeat that exactly."""
    report = (yield).get_result()
    booted = {"boot", "module_boot", "batches", "both"} & set(item.fixturenames)
    if report.failed and booted:
        what = f"make replay TEST='{item.nodeid}'"
        report.sections.append(("to repeat it under QEMU's record and replay", what))


def base_files():
    """What the initramfs of the build holds: {path: (mode, contents)}."""
    os.chdir(ROOT)
    entries = mkinitramfs.expand([str(BUILD / "initramfs.list")])
    return dict(map(mkinitramfs.read_entry, entries))


def pack(path, added, **options):
    """Writes the initramfs of the build with files added: {path: contents}."""
    files = base_files()
    for name, contents in added.items():
        contents = contents.encode() if isinstance(contents, str) else contents
        files[name] = (0o100755, contents)
    path.write_bytes(mkinitramfs.archive(files, **options))
    return path


def make_iso(directory, words, build=BUILD):
    """An ISO in this directory with these words as the kernel's command line, as
    `make run INIT=... ARGS=...` makes it. build: where the kernel comes from
    -> its path"""
    tree = directory / "iso"
    grub = tree / "boot/grub"
    grub.mkdir(parents=True)
    shutil.copy(build / "iso/boot/quire.elf", tree / "boot")
    archive = gzip.compress((BUILD / "initramfs.cpio").read_bytes())
    (tree / "boot/initramfs.cpio.gz").write_bytes(archive)
    config = (ROOT / "iso/boot/grub/grub.cfg").read_text()
    (grub / "grub.cfg").write_text(config.replace("@CMDLINE@", words))
    iso = directory / "quire.iso"
    subprocess.run([ROOT / "tools/mkiso", iso, tree], check=True)
    return iso


# ---- The closing line ---------------------------------------------------------


class ClosingLine:
    """Counts claims: a host executable or a program of the guest records how
    many it made as the property `points`; any other test is one claim."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.tiers = []  # what each case about Linux's programs was evidence for
        self.remarks = []  # printed before the line

    def pytest_runtest_logreport(self, report):
        properties = dict(report.user_properties)
        if report.when == "call" and "tier" in properties:
            self.tiers.append(properties["tier"])
        passed, failed = properties.get("points", (1, 0))
        if report.when == "call" and report.passed:
            self.passed += passed
        elif report.when == "call" and report.failed:
            self.passed += passed if failed else 0
            self.failed += max(failed, 1)
        elif report.failed:
            self.failed += 1

    def pytest_collectreport(self, report):
        self.failed += report.failed

    def pytest_sessionfinish(self, session, exitstatus):
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self.failed += 1
        self.check_tiers()
        if self.failed and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def check_tiers(self):
        """After a run of all these cases README must say what they found."""
        import oracle

        if len(self.tiers) != oracle.number_of_cases():
            return
        results = sorted(self.tiers)
        (BUILD / "linux-tiers.json").write_text(json.dumps(results))
        readme = (ROOT / "README.md").read_text()
        wrong = load_tool("tiers").wrong_lines(readme, results)
        self.failed += len(wrong)
        self.remarks += [
            f"README lacks, see make readme-tiers: {line.strip()}" for line in wrong
        ]

    def line(self):
        return f"{self.passed} passed, {self.failed} failed"


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """The line comes last of all, in the place of pytest's own."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if hasattr(config, "workerinput") or not reporter:
        return
    closing = ClosingLine()
    config.pluginmanager.register(closing)

    def summary():
        for line in [*closing.remarks, closing.line()]:
            reporter.write_line(line)

    reporter.summary_stats = summary
