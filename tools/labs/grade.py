"""Grading: a hand-in becomes results; a folder of them, on all cores.

Owns: the trees that hand-ins are built in. A pristine tree with the lab blank
is built once; each hand-in gets a copy of it, so that nothing of one can reach
the next, and little has to be compiled again.
"""

import csv
import json
import os
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from labs import ROOT, LabError, confine, handin, results, runner, tree

KINDS = (  # what checks build: (targets, debug)
    (("quire.elf", "initramfs.cpio"), False),
    (("quire.elf", "initramfs.cpio"), True),
    (("host/libquire.a",), False),
)


def prepare(lab, work, kinds=KINDS):
    """The pristine tree, built. -> its root"""
    root = work / f"base-{lab.name}"
    stamp = root / "ready"
    base = tree.Tree(root, lab)
    files = lab.blank()
    if stamp.exists() and stamp.read_text() == tree.fingerprint(files):
        return root
    stamp.unlink(missing_ok=True)
    base.fill(files)
    for targets, debug in kinds:
        problem = base.run_make(targets, debug)
        if problem:
            raise LabError(f"lab {lab.name}, blank: {problem}")
    confine.give(root, confine.BUILDER)
    stamp.write_text(tree.fingerprint(files))
    return root


def grade(path, lab, json_path, *, work, only=None, echo=False, kinds=KINDS):
    """Grades one hand-in. -> Report; json_path holds it, too, as far as it has
    come, at any time. kinds: what is built beforehand"""
    report = runner.collect(lab, json_path)
    try:
        found = handin.read(path, lab).complete(lab)
    except handin.Refused as problem:
        report.all_failed(str(problem))
    else:
        base = prepare(lab, work, kinds)
        report = run(path, base, lab, found, json_path, only, echo)
        report.remark = results.clean("\n".join(found.notes))
        report.extra["digest"] = found.digest
    report.extra.update(complete=True, quire=tree.revision())
    report.write(Path(json_path))
    return report


def run(path, base, lab, found, json_path, only, echo):
    """The checks, in a copy of the pristine tree."""
    again = f"tools/lab grade {path} --lab {lab.name} --only {{}}"
    with tempfile.TemporaryDirectory(prefix="quire-grade-") as folder:
        root = Path(folder) / "tree"
        os.chmod(folder, 0o755)
        shutil.copytree(base, root, symlinks=True)
        student = tree.Tree(root, lab, student=True)
        student.fill(found.files)
        return runner.check(student, json_path, only=only, again=again, echo=echo)


def grade_here(lab, json_path, *, work, only=None, echo=False):
    """In a student's tree: what is in it now. -> Report"""
    here = tree.Tree(work / "grade", lab)
    found = handin.read(ROOT, lab)
    try:
        found.complete(lab)
    except handin.Refused as problem:
        report = runner.collect(lab, json_path)
        report.all_failed(str(problem))
        return report
    here.fill(found.files)
    again = "make grade ONLY={}"
    report = runner.check(here, json_path, only=only, again=again, echo=echo)
    report.remark = "\n".join(found.notes)
    return report


# ---- Many ---------------------------------------------------------------------


def hand_ins(folder):
    """{name: path} of the hand-ins in a folder: its zips and its folders."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() or path.suffix.lower() == ".zip":
            found[path.stem if path.is_file() else path.name] = path
    return found


class Many:
    """grade-all: one report each, a CSV, a progress line."""

    def __init__(self, folder, lab, out, work, workers):
        self.lab = lab
        self.out = out
        self.work = work
        self.workers = workers
        self.paths = hand_ins(folder)
        self.reports = {}
        self.skipped = 0
        self.stopped = False
        self.lock = threading.Lock()

    def finished(self, name):
        """The report of an earlier run, if the hand-in is still the same."""
        path = self.out / f"{name}.json"
        try:
            extra = json.loads(path.read_text())["extra_data"]
            if not extra.get("complete") or "digest" not in extra:
                return None
            found = handin.read(self.paths[name], self.lab).complete(self.lab)
            same = extra["digest"] == found.digest and extra["lab"] == self.lab.name
            return results.Report.read(self.lab, path) if same else None
        except (OSError, ValueError, KeyError, LabError):
            return None

    def one(self, name):
        report = self.finished(name)
        if report:
            self.skipped += 1
        else:
            path = self.out / f"{name}.json"
            if self.stopped:
                return
            try:
                report = grade(self.paths[name], self.lab, path, work=self.work)
            except Exception as problem:  # the others are still to be graded
                report = runner.collect(self.lab, path)
                report.all_failed(f"the grader failed: {problem!r}")
                report.write(path)
            if self.stopped:
                path.unlink()
                return
            (self.out / f"{name}.txt").write_text(report.table() + "\n")
        with self.lock:
            self.reports[name] = report
            self.progress(name)

    def progress(self, name):
        line = f"{len(self.reports)}/{len(self.paths)}  {name}: "
        line += f"{self.reports[name].score}/{self.reports[name].points}"
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"{line:<60}", end=end, file=sys.stderr, flush=True)

    def write_csv(self):
        """scores.csv: a line for each hand-in, a column for each check."""
        titles = runner.collect(self.lab, self.out / ".checks.json").entries
        (self.out / ".checks.json").unlink()
        with open(self.out / "scores.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["hand-in", "score", "of", *titles, "remark"])
            for name, report in sorted(self.reports.items()):
                entries = report.entries
                scores = [entries[t].score for t in titles if t in entries]
                remark = report.remark.split("\n")[0]
                writer.writerow([name, report.score, report.points, *scores, remark])

    def run(self):
        self.out.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("LAB_JOBS", "1")
        prepare(self.lab, self.work)
        pool = ThreadPoolExecutor(self.workers)
        try:
            list(pool.map(self.one, self.paths))
        except KeyboardInterrupt:
            self.stopped = True
            runner.stop()
            raise LabError("stopped: the same command goes on from here") from None
        finally:
            pool.shutdown(cancel_futures=True)
        self.write_csv()
