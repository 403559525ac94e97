#!/usr/bin/env python3
"""Limits for what a student wrote: the compiler that reads it, the host tests
that contain it, QEMU that runs it.

Owns: rights, time, memory and output of these processes.

    always      CPU time, size of files, address space where that is possible,
                a time-out, an end to what is read of the output
    as root     another user, one for compilers and one for what runs, neither
                with a name nor with files of its own; no new privileges

This is a fence, not a prison: it stops accidents and cheating of the ordinary
kind. A course that expects more runs the grader in a container.

As a program: confine.py UID CPU MEMORY FILE COMMAND...
"""

import ctypes
import os
import resource
import select
import signal
import subprocess
import sys
import time

BUILDER = 64101  # runs make and compilers
RUNNER = 64102  # runs QEMU and host tests
NO_NEW_PRIVS = 38  # prctl(2)


class Result:
    """How a process ended: status, its output, and what the limits did."""

    def __init__(self, status, text, problem):
        self.status = status
        self.text = text
        self.problem = problem


def privileged():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def give(root, uid):
    """Makes a folder and all in it the user's, if we can."""
    if not privileged():
        return
    for folder, _, files in os.walk(root):
        for path in [folder] + [os.path.join(folder, name) for name in files]:
            if os.lstat(path).st_uid != uid:
                os.lchown(path, uid, uid)


def wrapper(uid=None, cpu=0, memory=0, file=0):
    """The words before a command that put the limits on it. 0: none"""
    uid = uid if uid and privileged() else 0
    words = [uid, cpu, memory, file]
    return [sys.executable, "-I", __file__, *map(str, words)]


def run(command, *, cwd, env, uid=None, seconds, limits, output=1 << 20):
    """Runs a command to its end, or to that of our patience. -> Result"""
    process = subprocess.Popen(
        wrapper(uid, **limits) + [str(word) for word in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        data, problem = collect(process.stdout, time.monotonic() + seconds, output)
    finally:
        status = finish(process)
    if problem == "time":
        problem = f"did not end within {seconds:g} s"
    elif problem == "output":
        problem = f"was stopped after {output >> 10} KiB of output"
    return Result(status, data.decode(errors="replace"), problem)


def collect(stream, end, most):
    """-> (what was written, why we stopped reading before the end or None)"""
    data = b""
    while True:
        left = end - time.monotonic()
        if left <= 0:
            return data, "time"
        if not select.select([stream], [], [], left)[0]:
            continue
        more = os.read(stream.fileno(), 65536)
        if not more:
            return data, None
        data += more
        if len(data) > most:
            return data[:most], "output"


def finish(process):
    """Ends the process and its children. -> its status"""
    process.stdout.close()
    try:
        status = process.wait(0.5)
    except subprocess.TimeoutExpired:
        status = None
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    return process.wait() if status is None else status


def limit(what, value):
    if value:
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(what, (value, value))


def main():
    uid, cpu, memory, file = map(int, sys.argv[1:5])
    limit(resource.RLIMIT_CPU, cpu)
    limit(resource.RLIMIT_FSIZE, file)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory and sys.platform == "linux":
        limit(resource.RLIMIT_AS, memory)
    if uid:
        limit(resource.RLIMIT_NPROC, 256)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    os.execvp(sys.argv[5], sys.argv[5:])


if __name__ == "__main__":
    main()
