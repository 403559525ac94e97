"""Host tests with the student's sources, under ASan and UBSan.

Owns: what such a test may call, and when it has passed.

The student's code runs in the process that judges it. So before anything runs,
its objects are looked at: they may call what the reference calls or what Quire
itself defines, nothing of the host's libc (no printf, no exit, no system call),
have no constructors, and contain no assembly. Then main() of the test is the
only one that can print and end.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from labs import confine, source
from labs.guest import PATIENCE, CheckFailed, tail

LIMITS = dict(cpu=60, file=1 << 20)  # no limit on addresses: ASan takes terabytes
OUTPUT = 256 << 10

# What a compiler may call on its own, what the sanitizers add, and what
# kernel/string.h declares: the host's libc defines that here.
RUNTIME = re.compile(
    r"__(asan|ubsan|sanitizer|stack_chk|udiv|div|mod|umod)\w*"
    r"|mem\w+|strn?len|strn?cmp|strchr"
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "ASAN_OPTIONS": "detect_leaks=0:color=never:hard_rss_limit_mb=2048",
    "UBSAN_OPTIONS": "print_stacktrace=0:color=never",
    "CMOCKA_MESSAGE_OUTPUT": "STDOUT",
}


TALLY = r"listed below|FAILED TEST|^\[   LINE|^\[  FAILED  \] \w+$"


def symbols(path, *options):
    result = subprocess.run(
        ["nm", "-P", *options, str(path)], capture_output=True, text=True
    )
    return {line.split()[0] for line in result.stdout.splitlines() if " " in line}


class Hosts:
    """The fixture `host`: host tests of one tree."""

    def __init__(self, tree):
        self.tree = tree
        self.checked = {}  # test -> why it must not run; "" if it may

    def run(self, name, *filters, timeout=30):
        """Runs tests/labs/LAB/NAME.c, or of its tests those whose name contains
        one of `filters`. All must pass. -> the output"""
        target = f"host/tests/labs/{self.tree.lab.name}/{name}"
        self.tree.make(target)
        if self.tree.student and name not in self.checked:
            self.checked[name] = self.inspect(target)
        if self.checked.get(name):
            raise CheckFailed(self.checked[name])
        output = ""
        for pattern in filters or ("",):
            words = [f"*{pattern}*"] if pattern else []
            result, command = self.execute(target, words, timeout)
            output += self.judge(
                result,
                command,
                pattern,
                lambda test: self.execute(target, [test], timeout)[0],
            )
        return output

    def execute(self, target, words, timeout):
        """-> (confine.Result, the command for people)"""
        with tempfile.TemporaryDirectory(prefix="quire-host-") as folder:
            program = Path(folder) / "test"
            shutil.copy(self.tree.path(target), program)
            uid = confine.RUNNER if self.tree.student else None
            if uid:
                os.chmod(folder, 0o755)
            result = confine.run(
                [program, *words],
                cwd=folder,
                env=ENVIRONMENT,
                uid=uid,
                seconds=timeout * PATIENCE,
                limits=LIMITS,
                output=OUTPUT,
            )
        path = self.tree.path(target).resolve()
        here = path.is_relative_to(Path.cwd())
        shown = path.relative_to(Path.cwd()) if here else f"build/{target}"
        return result, shlex.join([str(shown), *words])

    def judge(self, result, command, pattern, alone):
        """Fails the check unless every test ran and passed. alone: runs one
        test. A failed one leaves a world that fails the next: what is told is
        what each does by itself."""
        passed = re.findall(r"^\[       OK \] (\w+)$", result.text, re.M)
        ran = re.search(r"Running (\d+) test\(s\)", result.text)
        fine = not result.problem and result.status == 0
        if fine and passed and ran and int(ran[1]) == len(passed):
            return result.text
        what = f"host test {command}:"
        if result.problem:
            what += f" it {result.problem}"
        elif fine:
            what += f" no test is called *{pattern}*"
        results = [result]
        if not result.problem:
            tests = re.findall(r"^\[  FAILED  \] (\w+)$", result.text, re.M)
            results = [alone(test) for test in dict.fromkeys(tests)] or results
        stories = [story(r) for r in results if r.status or r.problem]
        text = "\n".join(stories or [story(result)])
        raise CheckFailed(f"{what}\n{text}".rstrip())

    def inspect(self, target):
        """What is wrong with the student's objects; "" if they keep to what a
        kernel can call and is called."""
        library = self.tree.path("host/libquire.a")
        test = self.tree.path(f"{target}.c.o")
        objects = {
            path: self.tree.path(f"host/{path}.o")
            for path in self.tree.lab.edit
            if self.tree.path(f"host/{path}.o").exists()
        }
        ours = set()
        for file in (library, test, *objects.values()):
            ours |= symbols(file, "-g", "--defined-only")
        theirs = shared_symbols(self.tree.path(target))
        for path, file in objects.items():
            foreign = {s for s in symbols(file, "-u") - ours if not allowed(s)}
            if foreign:
                return f"{path} calls {', '.join(sorted(foreign))}: not in a kernel"
            given = source.functions(self.tree.lab.blank()[path].decode())
            clash = symbols(file, "-g", "--defined-only") & theirs
            clash -= {function.name for function in given}
            if clash:
                return f"{path} defines {', '.join(sorted(clash))}, as the host does"
            problem = unusual(self.tree.root / path, file)
            if problem:
                return f"{path} {problem}"
        return ""


def allowed(symbol):
    return RUNTIME.fullmatch(symbol) or symbol.startswith("__wrap_")


def shared_symbols(program):
    """What the libraries of a host test define: nothing may take their place."""
    listing = subprocess.run(["ldd", str(program)], capture_output=True, text=True)
    found = set()
    for path in re.findall(r"(/\S+) \(0x", listing.stdout):
        found |= {s.split("@")[0] for s in symbols(path, "-D", "--defined-only")}
    return {s for s in found if not s.startswith("__asan_version")}


def unusual(source, object_file):
    """Whether code in this object runs unasked: -> what it contains, or None"""
    command = ["objdump", "-h", str(object_file)]
    listing = subprocess.run(command, capture_output=True, text=True).stdout
    arrays = re.findall(r"\.(?:preinit_array|init_array|fini_array|ctors)\S*", listing)
    text = source.read_text(errors="replace")
    if re.search(r"\b(?:__)?(?:asm|constructor|destructor|ifunc)\w*\b", text):
        return "contains assembly or a constructor: a host test cannot run it"
    # ASan registers globals by one constructor of its own.
    if len(arrays) > 2:
        return f"contains {', '.join(sorted(set(arrays)))}"
    return None


def story(result):
    """What went wrong: each claim that failed, with all that was printed about it
    (cmocka's fail_msg() and the audit speak before the line that says ERROR)."""
    told, said = [], []
    for line in result.text.splitlines():
        failed = re.match(r"\[  FAILED  \] (\w+)$", line)
        place = re.search(r"\[   LINE   \] --- (tests/labs/\S+\.c:\d+): error", line)
        if "listed below" in line:
            break
        if re.match(r"\[ +(RUN|OK) +\]|\[=+\]|\[  PASSED", line):
            said = []
            continue
        if failed:
            told += [failed[1].replace("_", " ") + ":"] + said
            said = []
        if place and said:
            said[-1] += f"   ({place[1]})"
        line = re.sub(r"^(\[  ERROR[ \]-]+)?(ERROR: )?", "", line)
        if not failed and not re.search(TALLY, line):
            said.append("  " + line[:300])
    told += said  # of one that did not come to its end
    return "\n".join(line for line in told[:40] if line.strip()) or tail(
        result.text, 15
    )
