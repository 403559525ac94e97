#!/usr/bin/env python3
"""fail-Nth: every program, with the n-th request for memory failing.

    tests/inject.py [--minutes N] [--how once|onward|new] [--seed N] [--jobs N]
                    [WORD...]

The long form (make inject), and what tests/test_inject.py uses of it. Owns: the
list of programs, what the guest reports, and which sites of the kernel's code
were never seen to fail.
"""

import argparse
import concurrent.futures
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import oracle  # noqa: E402
from conftest import BUILD, PANIC, PASSED, ROOT, pack  # noqa: E402
from qemu import Crash, Hang, Machine  # noqa: E402

KERNEL = BUILD / "inject/quire.elf"
if BUILD.name != "build":
    KERNEL = BUILD.with_name(f"{BUILD.name}-inject") / "quire.elf"
NEVER = ROOT / "tests/inject.never"  # sites that do not fail, and why

# The programs of user/bin, with what makes them do something and end.
LINES = """\
/bin/cat /etc/motd
/bin/cat\tline
/bin/cp /bin/true /tmp/copy
/bin/crash
/bin/demo-allocation
/bin/demo-fork
/bin/demo-linking
/bin/demo-loading
/bin/demo-pager
/bin/demo-sharing
/bin/echo word
/bin/false
/bin/free
/bin/init /bin/true
/bin/kill 1234
/bin/ls -l /bin /proc/self
/bin/mkdir /tmp/a /tmp/a/b
/bin/mv /tmp/a /tmp/b
/bin/pagewalk
/bin/ps
/bin/rm -r /tmp/x
/bin/sh\techo $((1+2)); x=y; for i in a b; do echo $i; done; ls | cat
/bin/sh\techo a >a; cp a b; mv b c; cat <c; rm a c; mkdir d; cd d; ls
/bin/sh\tsleep 0 & wait; cat /proc/1/maps | cat | cat; kill $$
/bin/sleep 0
/bin/true
/bin/uname -a
/bin/vmmap 1
/test/helper-seldom
""".splitlines()

# Not run, and why.
LEFT_OUT = {
    "/bin/costs": "measures, and takes long: it does what others do, often",
    "/bin/poweroff": "ends the machine",
    "/test/many": "a thousand processes at once",
    "/test/runner": "runs all the others",
}
# Calls that may succeed although a request in them failed, and why.
MAY_SUCCEED = {
    **dict.fromkeys(
        "read pread64 readv preadv write pwrite64 writev pwritev getrandom getdents64 "
        "sendfile copy_file_range poll".split(),
        "what was done before is told, or a second attempt found memory",
    ),
    **dict.fromkeys("brk sbrk".split(), "the old end is the error"),
    "clone": "numbers that cannot be stored are not, as on Linux",
    **dict.fromkeys(
        "kill tkill tgkill".split(), "the signal comes without its information"
    ),
    "mmap": "to fill the pages at once is a wish (mmap(2), MAP_LOCKED)",
    **dict.fromkeys(
        "ppoll pselect6 select".split(), "the time that is left is not stored"
    ),
    "rt_sigreturn": "has no result: rax is the program's",
}
# In the long form only: those that take seconds, each time.
SLOW = {
    "/bin/demo-linking",
    "/bin/demo-sharing",
    "/test/demos",
    "/test/fork",
    "/test/memory",
    "/test/procfs",
    "/test/procmem",
    "/test/sharing",
}


def programs():
    """The lines of all programs: the image's, the tests', the cases of
    tests/linux with our own libc."""
    tests = sorted(path.stem for path in (ROOT / "tests/user").glob("*.c"))
    lines = list(LINES)
    lines += [f"/test/{name}" for name in tests if not name.startswith("helper-")]
    lines += [f"/test/linux-{c.file} {c.name}" for c in oracle.c_cases("quire")]
    return [line for line in lines if line.split()[0] not in LEFT_OUT]


def quick():
    """Those that `make test` runs."""
    return [line for line in programs() if line.split()[0] not in SLOW]


def image(path, lines):
    """An initramfs with those programs and the list of them."""
    linux = BUILD / "linux/quire"
    used = {line.split()[0] for line in lines}
    added = {f"test/linux-{p.name}": p.read_bytes() for p in linux.glob("*")
             if f"/test/linux-{p.name}" in used}
    added["etc/inject"] = "".join(f"{line}\n" for line in lines)
    return pack(path, added)


# ---- What the guest says -----------------------------------------------------------


class Report:
    """Of any number of boots."""

    def __init__(self):
        self.runs = self.injections = self.forced = self.programs = 0
        self.bad = []  # lines, or what was wrong with a boot
        self.ignored = {}  # {number of a call that succeeded all the same: who asked}
        self.passed = {}  # {address: how often}
        self.failed = {}
        self.first = {}  # {address: number of the boot's request}

    def add(self, output, problem=None):
        self.programs += len(re.findall(r"^ok \d+ - ", output, re.M))
        self.bad += re.findall(r"^not ok .*\n.*", output, re.M)
        found = r"^# (\d+) runs, (\d+) injections, (\d+) ended by force"
        totals = re.findall(found, output, re.M)
        if problem or not totals:
            self.bad.append(f"{problem}\n{output[-3000:]}")
        for runs, injections, forced in totals[-1:]:
            self.runs += int(runs)
            self.injections += int(injections)
            self.forced += int(forced)
        found = r"^inject: ignored by call (\d+),.*\n(?:.*\n)??.*request \d+: (.*)"
        for number, chain in re.findall(found, output, re.M):
            self.ignored[int(number)] = chain
        self.add_sites(output)

    def add_sites(self, output):
        found = r"inject: site (\w+) passed (\d+) failed (\d+) first (\d+)"
        for address, passed, failed, first in re.findall(found, output):
            at = int(address, 16)
            self.passed[at] = self.passed.get(at, 0) + int(passed)
            self.failed[at] = self.failed.get(at, 0) + int(failed)
            self.first[at] = int(first)


def boot(append, initrd, timeout):
    """-> what the console showed, what was wrong or None, QEMU's status"""
    with Machine(kernel=KERNEL, initrd=initrd, append=append) as machine:
        try:
            machine.wait(timeout, status=None)
        except (Hang, Crash) as problem:
            return machine.output, str(problem), None
        return machine.output, None, machine.status


def run(lines, how, directory, timeout):
    """One boot for these programs. -> (output, problem)"""
    path = image(Path(directory) / f"inject{abs(hash(tuple(lines)))}.cpio", lines)
    append = f"init=/test/helper-inject -- {how} /etc/inject"
    output, problem, status = boot(append, path, timeout)
    path.unlink()
    if not problem and status != PASSED and "\nnot ok" not in output:
        problem = f"status {status}"
    return output, problem


# ---- Boots that fail ---------------------------------------------------------------


def boot_requests(initrd):
    """Boots once with nothing failing. -> numbers of the boot's requests: the
    first from each site"""
    output, problem, status = boot("fail=0 -- true", initrd, 120)
    assert not problem and status == PASSED, problem or output
    report = Report()
    report.add_sites(output)
    return sorted(set(report.first.values()))


def boot_failing(n, initrd):
    """Boots with request n failing: one message, a panic. -> (output, what was
    wrong or None)"""
    output, problem, status = boot(f"fail={n} -- true", initrd, 120)
    said = re.findall(r"^PANIC: (.*)", output, re.M)
    if not problem and (status != PANIC or len(said) != 1):
        problem = f"fail={n}: status {status}, panics {said}"
    return output, problem


# ---- Sites -------------------------------------------------------------------------


def sites():
    """Where the kernel asks: {return address: "file function callee"}."""
    code = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", KERNEL],
        capture_output=True, text=True, check=True,
    ).stdout
    called = re.findall(
        r"call\s+\w+ <__wrap_(frame_alloc\w*|heap_alloc|heap_copy|user_\w+)>\n\s*(\w+):", code
    )
    lines = subprocess.run(
        ["addr2line", "-f", "-e", KERNEL, *(f"{int(a, 16) - 1:x}" for _, a in called)],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()
    found = {}
    for (callee, address), function, place in zip(called, lines[::2], lines[1::2]):
        file = Path(place.split(":")[0])
        file = file.relative_to(ROOT) if file.is_absolute() else file
        if file.name != "crimes.c":  # of SAN=1: they are for test_sanitizers.py
            found[int(address, 16)] = f"{file} {function} {callee}"
    return found


def explained():
    """{site: reason} of the file that says which sites never fail."""
    lines = NEVER.read_text().splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    return dict(map(str.strip, line.split(":", 1)) for line in lines)


def ignored(report):
    """-> calls that succeeded although a request in them failed, without a reason"""
    text = (ROOT / "kernel/syscall.def").read_text()
    names = {int(n): name for n, name in re.findall(r"^SYSCALL\w*\((\d+), (\w+)", text, re.M)}
    return {
        names[number]: chain
        for number, chain in report.ignored.items()
        if names[number] not in MAY_SUCCEED
    }


def never_failed(report):
    """-> sites never seen to fail without a reason, reasons without need"""
    names = sites()
    failed = {names[a] for a, count in report.failed.items() if count}
    never = set(names.values()) - failed
    known = set(explained())
    return sorted(never - known), sorted(known - never)


# ---- The long form ------------------------------------------------------------------


def chunks(lines, size):
    return [lines[i : i + size] for i in range(0, len(lines), size)]


def work(how, minutes, jobs, words, seed):
    """Chunks of programs, one boot each, until all is done or time is up: then a
    boot that goes well is ended where it is."""
    lines = [line for line in programs() if not words or any(w in line for w in words)]
    random.Random(seed).shuffle(lines)
    end = time.monotonic() + minutes * 60 if minutes else float("inf")
    report = Report()
    with (
        tempfile.TemporaryDirectory() as directory,
        concurrent.futures.ThreadPoolExecutor(jobs) as pool,
    ):
        def do(chunk):
            seconds = end - time.monotonic()
            if seconds < 5:
                return None
            output, problem = run(chunk, how, directory, min(seconds, 3600))
            cut = time.monotonic() > end and "# " in output
            return output, None if cut else problem

        parts = chunks(lines, 8)
        for chunk, result in zip(parts, pool.map(do, parts)):
            if result:
                report.add(*result)
                print(f"{chunk[0]} ...: {report.injections} injections so far, "
                      f"{len(report.bad)} bad", flush=True)
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--how", choices=("once", "onward", "new"), default="once")
    parser.add_argument("--seed", type=int, default=1, help="of the order")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("words", nargs="*", help="only programs with one of these")
    options = parser.parse_args()
    report = work(options.how, options.minutes, options.jobs, options.words,
                  options.seed)
    for text in report.bad:
        print(text)
    for call, chain in ignored(report).items():
        report.bad.append(call)
        print(f"{call} succeeds although a request fails: {chain}")
    names = sites()
    print(f"{report.programs} programs, {report.runs} runs, "
          f"{report.injections} injections, {report.forced} ended by force")
    failed = {names[a] for a, count in report.failed.items() if count}
    print(f"{len(failed)} of {len(set(names.values()))} sites failed")
    sys.exit(1 if report.bad else 0)


if __name__ == "__main__":
    main()
