"""Checks run on one tree, in a process of their own.

Owns: how pytest is called for a lab.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from labs import LABS, LabError, results

running = set()  # pytest's processes
AGAIN = "tools/lab test {lab} --only {{}}"
SECONDS = 600 * float(os.environ.get("QUIRE_PATIENCE", "1"))


def python():
    """The interpreter that has pytest: Debian's, if there is one."""
    debian = "/usr/bin/python3"
    return debian if os.path.exists(debian) else sys.executable


def check(tree, path, **options):
    """Runs the lab's checks on a filled tree, results to `path`. -> Report"""
    return run(tree.lab, path, tree=tree, **options)


def collect(lab, path):
    """The lab's checks, none of them run. -> Report"""
    return run(lab, path, extra=["--collect-only"])


def run(
    lab, path, *, tree=None, only=None, first=False, again=None, echo=False, extra=()
):
    """pytest in a process of its own; its log goes beside the results, or with
    `echo` to the terminal. first: end at the first check that fails."""
    path = Path(path).resolve()
    command = [python(), "-m", "pytest", str(lab.folder), "-q", *extra]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short"]
    command += [f"--confcutdir={LABS}", f"--rootdir={LABS}", "-c", os.devnull]
    command += [f"--lab={lab.name}", f"--results={path}"]
    command += [f"--again={again or AGAIN.format(lab=lab.name)}"]
    command += [f"--tree={tree.root}"] if tree else []
    command += ["--student"] if tree and tree.student else []
    command += ["-x"] if first else []
    command += ["-k", only] if only else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    log = path.with_suffix(".log")
    if tree and sys.stderr.isatty():
        print("building and checking ...", file=sys.stderr)
    with open(log, "wb") as file:
        wait(command, None if echo else file)
    if not path.exists():
        said = "" if echo else log.read_text(errors="replace")[-3000:]
        raise LabError(f"lab {lab.name}: the checks did not run\n{said}")
    report = results.Report.read(lab, path)
    if not report.entries:
        raise LabError(f"lab {lab.name} has no such check")
    log.unlink()
    return report


def wait(command, output):
    """To the end of pytest; what it started ends with it."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    running.add(process)
    try:
        process.wait(SECONDS)
    except BaseException as problem:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if not isinstance(problem, subprocess.TimeoutExpired):
            raise
    finally:
        running.discard(process)


def stop():
    """Ends all checks under way, in whatever thread."""
    for process in list(running):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
