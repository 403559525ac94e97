"""The proof that the checks are good: make test-labs.

For every lab: blank scores 0 and does not hang, the reference scores 100 %, and
every mutant loses points. One worker for each core, each with a tree of its own
in which only what changed is built again.
"""

import os
import queue
import sys
import textwrap
import threading
import time

from labs import LabError, catalog, runner
from labs.tree import Tree, sources

MUTANTS = 5  # at least, in each lab
POINTS = 100


class Trial:
    """One variant of one lab, and what became of it."""

    def __init__(self, lab, variant, mistake=""):
        self.lab = lab
        self.variant = variant
        self.mistake = mistake
        self.report = None
        self.problem = None
        self.seconds = 0.0
        try:
            self.files = lab.variant(variant)
        except LabError as problem:
            self.files, self.problem = None, str(problem)

    def run(self, tree, folder):
        if self.problem:
            return
        begin = time.monotonic()
        try:
            tree.lab = self.lab
            tree.student = self.variant == "reference"  # as a hand-in is graded
            tree.fill(self.files)
            path = folder / f"{self.lab.name}-{self.variant}.json"
            again = f"tools/lab test {self.lab.name} --variant {self.variant}"
            self.report = runner.check(
                tree, path, first=bool(self.mistake), again=again + " --only {}"
            )
            self.problem = self.judge()
        except (LabError, OSError) as problem:
            self.problem = str(problem)
        self.seconds = time.monotonic() - begin

    def judge(self):
        """-> None, or what is wrong with the checks"""
        report = self.report
        failed = [e for e in report.entries.values() if e.status == "failed"]
        if self.variant == "reference":
            if report.points != POINTS:
                return f"its checks are worth {report.points} points, not {POINTS}"
            return "the reference does not pass\n" + report.table() if failed else None
        unbuilt = [e for e in failed if e.output.startswith("it does not build")]
        if self.variant == "blank" and unbuilt:
            return f"the blank tree does not build\n{unbuilt[0].output}"
        if self.variant == "blank":
            won = [e.title for e in report.entries.values() if e.score]
            return f"a blank hand-in wins points: {won}" if won else None
        if failed and len(unbuilt) == len(failed):
            return f"the mutant does not build\n{failed[0].output}"
        return None if failed else "no check catches it"

    def first(self):
        """The check that caught a mutant."""
        names = [e.title for e in self.report.entries.values() if e.status == "failed"]
        return names[0] if names else "-"


def trials(labs):
    """The labs' variants, those of one lab together."""
    for lab in labs:
        yield Trial(lab, "reference")
        yield Trial(lab, "blank")
        for name, mistake in lab.mutants().items():
            yield Trial(lab, name, mistake)


def work_through(todo, tree, folder, echo):
    while True:
        try:
            trial = todo.get_nowait()
        except queue.Empty:
            return
        trial.run(tree, folder)
        state = "FAILED" if trial.problem else "ok"
        line = f"{state:<7}{trial.lab.name:<11} {trial.variant:<28}"
        echo(f"{line} {trial.seconds:5.1f} s")
        if trial.problem:
            echo(textwrap.indent(trial.problem, "    "))


def prove(names, work, workers):
    """Runs all trials. -> (passed, failed)"""
    labs = [catalog.Lab(name) for name in names] or catalog.labs()
    sources()
    every = list(trials(labs))
    todo = queue.Queue()
    for trial in every:
        todo.put(trial)
    os.environ.setdefault("LAB_JOBS", "1")
    threads = []
    for i in range(workers):
        tree = Tree(work / f"proof-{i}", labs[0])
        args = (todo, tree, work / "proof", show)
        threads.append(threading.Thread(target=work_through, args=args, daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join()
    kill_table(every)
    failed = sum(trial.problem is not None for trial in every)
    passed = len(every) - failed
    for lab in labs:
        enough = len(lab.mutants()) >= MUTANTS
        passed, failed = passed + enough, failed + (not enough)
        if not enough:
            show(f"FAILED {lab.name}: {len(lab.mutants())} mutants, {MUTANTS} needed")
    return passed, failed


def show(line):
    print(line)
    sys.stdout.flush()


def kill_table(every):
    """Lab, mutant, mistake, the first check that caught it."""
    show("\nKill table: who catches which mistake")
    lab = None
    for trial in every:
        if not trial.mistake:
            continue
        if trial.lab is not lab:
            lab = trial.lab
            show(f"\n{lab.number} {lab.name}")
        by = trial.first() if trial.report else "-"
        by = "NOT CAUGHT" if trial.problem else by
        mistake = textwrap.shorten(trial.mistake, 76, placeholder="...")
        show(f"  {trial.variant:<26} {mistake}\n  {'':<26}   -> {by}")
    show("")
