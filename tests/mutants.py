#!/usr/bin/env python3
"""mutants.py [NAME...]: are the checkers any good? Seeded bugs, one at a time.

Owns: tests/mutants/NAME.patch, each one bug of a kernel that somebody could
write, and the kill table. A patch begins with a line that names the mistake,
further lines that say more, and `Seen by:` with what should see it: programs of
tests/user, test_x of tests/host, linux/x of tests/linux, test_x.py::test_y;
`patch -p1` applies the rest. `Judged by:` instead names a test that builds the mutant for
itself, for Bochs: QEMU does not show that mistake.

A mutant is built in a tree of its own below build/mutants, which begins as a
copy of this one with everything that is built already: make then compiles what
the patch touches. It is killed by the first thing that fails: those of `Seen
by`, the other host tests, all programs of the guest, all other tests. One
that survives them all is a hole in the tests.
"""

import functools
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from labs.tree import PARTS, errors  # noqa: E402
from qemu import PASSED, Crash, Hang, Machine  # noqa: E402

BUILD = os.environ.get("QUIRE_BUILD", "build")
QUIET = 60  # seconds without a line: a hang
PATCHES = ROOT / "tests/mutants"
# What of a build is not worth taking over, beside other kernels.
SCRATCH = "mutants pytest mutants-pytest replay coverage labs bochs".split()
# These say nothing about a kernel, or would call this.
NOT_OF_A_KERNEL = (
    "guest host labs tools mutants bench counts replay cve inject sanitizers"
).split()
OTHERS = sorted(
    path.name
    for path in (ROOT / "tests").glob("test_*.py")
    if path.stem[5:] not in NOT_OF_A_KERNEL
)


class Unusable(Exception):
    """The mutant cannot be judged: its patch or the build fails."""


class Mutant:
    def __init__(self, name):
        self.name = name
        self.path = PATCHES / f"{name}.patch"
        head, _, diff = self.path.read_text().partition("\n--- ")
        seen = re.search(r"^Seen by: (.*)$", head, re.M)
        self.mistake = head.partition("\n")[0]
        self.seen_by = seen[1].split() if seen else []
        judge = re.search(r"^Judged by: (\S+)$", head, re.M)
        self.judged_by = judge and judge[1]
        self.files = re.findall(r"^\+\+\+ b/(\S+)", diff, re.M)

    def apply(self, tree, *options):
        command = ["patch", "-p1", "-f", "-s", "--no-backup-if-mismatch", *options]
        with open(self.path) as patch:
            result = subprocess.run(
                command, cwd=tree, stdin=patch, capture_output=True, text=True
            )
        if result.returncode:
            raise Unusable(
                f"tests/mutants/{self.name}.patch no longer applies: the code has "
                f"changed, make the same mistake there again\n{result.stdout}"
            )


def names():
    return sorted(path.stem for path in PATCHES.glob("*.patch"))


# ---- Building ------------------------------------------------------------------


def copy(source, target):
    if source.is_dir():
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, symlinks=True, ignore=ignore)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def copy_tree(tree):
    """Makes `tree` a copy of Quire and its build, times of files included."""
    shutil.rmtree(tree, ignore_errors=True)
    for part in [*PARTS, "README.md"]:
        copy(ROOT / part, tree / part)
    build = ROOT / BUILD
    for path in build.iterdir():
        if path.name not in SCRATCH and not (path / "quire.elf").exists():
            copy(path, tree / BUILD / path.name)


def make(tree, goals):
    # A make that called us shares neither its jobs nor its goals with this one.
    keep = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    variables = [f"{v.upper()}=1" for v in Path(BUILD).name.split("-") if v != "build"]
    result = subprocess.run(
        ["make", "-j2", *variables, *[f"{BUILD}/{goal}" for goal in goals]],
        cwd=tree,
        env=keep | {"NO_INSTALL": "1"},
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise Unusable(f"does not build\n{errors(result.stdout + result.stderr)}")


def build(name, *goals):
    """Builds the kernel with this mistake (None: with none), or files below
    build/ like quire.iso. -> the directory that holds what was built"""
    tree = ROOT / BUILD / "mutants" / (name or "control")
    copy_tree(tree)
    if name:
        Mutant(name).apply(tree)
    make(tree, goals or ("quire.elf", "initramfs.cpio"))
    return tree / BUILD


# ---- Judging -------------------------------------------------------------------


def guest(kernel, programs):
    """Runs these programs of tests/user, or all. -> None, or what failed"""
    line = f"init=/test/runner -- {' '.join(programs)}"
    initrd = kernel / "initramfs.cpio"
    with Machine(kernel=kernel / "quire.elf", initrd=initrd, append=line) as machine:
        try:
            # At the start of a line: a program's verdict, not one of its claims.
            verdict = watch(machine)
            if not verdict[1]:
                machine.wait(60, PASSED)
                return None
            claims = re.findall(r"^    not ok \d+ - (.*)", machine.output, re.M)
            return f"guest {verdict[1]}: {claims[0] if claims else verdict[0]}"
        except (Hang, Crash) as problem:
            program = re.findall(r"^# Subtest: (.*)", machine.output, re.M) or ["-"]
            panic = re.search(r"PANIC: (?!NMI).*", machine.output)
            how = f"silent for {QUIET} s" if isinstance(problem, Hang) else str(problem)
            how = panic[0] if panic else how.split(" before showing")[0]
            return f"guest {program[-1]}: {how}"


def watch(machine):
    """Waits for the first program that fails, or for the plan at the end, as
    long as now and then something comes. -> the match"""
    while True:
        # At the start of a line: a program's verdict, not one of its claims.
        match = machine.expect(r"^(?:not ok \d+ - ([\w-]+).*|1\.\.\d+|.*)\n", QUIET)
        if match[1] or match[0].startswith("1.."):
            return match


def host(kernel, tests):
    """Runs these host tests, if they contain what was changed."""
    library = Path("host/libquire.a")
    make(kernel.parent, [f"host/{name}" for name in tests])
    if unchanged(kernel / library, ROOT / BUILD / library):
        return None
    for name in tests:
        try:
            result = subprocess.run(
                [kernel / "host" / name], capture_output=True, text=True, timeout=280
            )
        except subprocess.TimeoutExpired:
            return f"host {name}: did not end"
        claims = re.findall(r"^\[  FAILED  \] (\w+)$", result.stderr, re.M)
        if result.returncode:
            return f"host {name}: {claims[0] if claims else result.returncode}"
    return None


def unchanged(path, original):
    return original.exists() and path.stat().st_mtime == original.stat().st_mtime


def pytest(tree, directory, *arguments):
    command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, f"--basetemp={tree}/{BUILD}/{directory}", *arguments],
        cwd=tree,
        capture_output=True,
        text=True,
    )


def others(kernel, *arguments):
    """Runs tests for pytest, but those that fail in such a copy of the tree
    without any mutant. -> None, or which failed"""
    while True:
        skip = [word for test in sorted(no_witness) for word in ("--deselect", test)]
        result = pytest(kernel.parent, "pytest", *arguments, *skip)
        if result.returncode in (0, 5):  # 5: no test is left
            return None
        failed = re.search(r"^(?:FAILED|ERROR) (tests/\S+).*", result.stdout, re.M)
        if not failed:
            return result.stdout[-500:]
        if passes_in_control(failed[1]):
            return failed[0].split("tests/", 1)[1]
        no_witness.add(failed[1])
        show(f"{failed[1]} fails without any mutant too: it proves nothing")


no_witness = set()  # tests that fail in control
in_control = threading.Lock()
control = functools.lru_cache(lambda: build(None))


def passes_in_control(test):
    with in_control:
        return pytest(control().parent, "pytest", test).returncode == 0


def seers(kernel, names):
    """Those that a patch names, in this order. -> None, or what failed"""
    for name in names:
        if name.startswith("linux/"):
            tests = ["tests/test_linux.py", "-k", f"glibc/{name[6:]}/"]
            killer = others(kernel, *tests)
        elif ".py" in name:
            killer = others(kernel, f"tests/{name}")
        elif name.startswith("test_"):
            killer = host(kernel, [name])
        else:
            killer = guest(kernel, [name])
        if killer:
            return killer
    return None


def judge(name):
    """-> what killed the mutant, or None: it survived"""
    mutant = Mutant(name)
    if mutant.judged_by:
        result = pytest(ROOT, "mutants-pytest", mutant.judged_by)
        return mutant.judged_by if "\n1 passed, 0" in result.stdout else None
    kernel = build(name)
    killer = run_tests(mutant, kernel)
    if killer:
        shutil.rmtree(kernel.parent)
    return killer


def run_tests(mutant, kernel):
    hosts = sorted(path.stem for path in (ROOT / "tests/host").glob("test_*.c"))
    return (
        seers(kernel, mutant.seen_by)
        or host(kernel, [name for name in hosts if name not in mutant.seen_by])
        or guest(kernel, [])
        or make(kernel.parent, ["quire.iso"])
        or others(kernel, *[f"tests/{name}" for name in OTHERS])
    )


# ---- The kill table ------------------------------------------------------------


def show(line):
    print(line)
    sys.stdout.flush()


def work_through(todo, results):
    while True:
        try:
            name = todo.get_nowait()
        except queue.Empty:
            return
        begin = time.monotonic()
        try:
            killer, fine = judge(name), True
        except Unusable as problem:
            killer, fine = f"UNUSABLE: {problem}", False
        seconds = time.monotonic() - begin
        results.append(fine and killer is not None)
        verdict = killer or "SURVIVED: a hole in the tests"
        show(f"{name:<28} {seconds:5.0f} s  {verdict}")


def main():
    """Judges these mutants, or all, on all cores. -> status for the shell"""
    wanted = sys.argv[1:] or names()
    failed = guest(control(), [])
    if failed:
        show(f"the kernel fails as it is, without any mutant: {failed}")
        return 1
    todo, results = queue.Queue(), []
    for name in wanted:
        todo.put(name)
    threads = [
        threading.Thread(target=work_through, args=(todo, results), daemon=True)
        for _ in range(os.cpu_count() or 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    show("")
    for name in wanted:
        show(f"{name:<28} {Mutant(name).mistake}")
    killed = sum(results)
    show(f"\n{killed} killed, {len(wanted) - killed} survived")
    return 0 if killed == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
