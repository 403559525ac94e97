"""The command line of tools/lab."""

import argparse
import os
import re
import sys
import tempfile
import textwrap
from pathlib import Path

from labs import ROOT, LabError, catalog, export, grade, package, proof, runner
from labs.tree import Tree


def work():
    """Where trees are built: $LAB_WORK, or build/labs."""
    return Path(os.environ.get("LAB_WORK", ROOT / "build" / "labs")).resolve()


def own_lab():
    """The lab that this tree was exported for, or None."""
    try:
        match = re.search(r"^LAB = (\S+)", (ROOT / ".lab.mk").read_text(), re.M)
    except OSError:
        return None
    return match and match[1]


def lab_of(args):
    name = args.lab or own_lab()
    if not name:
        raise LabError("which lab? --lab NAME, or make grade LAB=NAME")
    return catalog.Lab(name)


def list_labs(args):
    """the labs: number, name, one sentence, mutants"""
    for lab in catalog.labs():
        print(f"{lab.number:>2}  {lab.name:<11} {lab.summary}")
    return 0


def do_export(args):
    """write a student's tree: blank, with the handout, git initialised"""
    lab = catalog.Lab(args.name)
    export.export(lab, args.dir, args.blank)
    print(f"{args.dir}: lab {lab.number}, {lab.title}. Begin with README.md.")
    return 0


def test(args):
    """check one variant of a lab: reference, blank, or a mutant"""
    lab = catalog.Lab(args.name)
    tree = Tree(work() / "test", lab)
    tree.fill(lab.variant(args.variant))
    again = f"tools/lab test {lab.name} --variant {args.variant} --only {{}}"
    path = work() / f"{lab.name}-{args.variant}.json"
    report = runner.check(
        tree, path, only=args.only, again=again, echo=args.verbose
    )  # fmt: skip
    print(report.table())
    return 0 if report.score == report.points else 1


def do_grade(args):
    """grade a hand-in: a folder or a zip; in a student's tree: `.`"""
    lab = lab_of(args)
    options = dict(work=work(), only=args.only, echo=args.verbose)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(args.json or Path(folder) / "results.json").resolve()
        if Path(args.hand_in).resolve() == ROOT:
            report = grade.grade_here(lab, path, **options)
        else:
            report = grade.grade(args.hand_in, lab, path, **options)
    if args.junit:
        Path(args.junit).write_text(report.junit())
    print(report.table())
    if own_lab() and lab.hints and report.score < report.points:
        print(f"Hints: `tools/lab hint 1`, to {len(lab.hints)}")
    return 0


def hint(args):
    """one of the lab's hints, by its number"""
    hints = lab_of(args).hints
    if not 1 <= args.number <= len(hints):
        raise LabError(f"there are hints 1 to {len(hints)}")
    print(textwrap.fill(hints[args.number - 1], 80))
    return 0


def grade_all(args):
    """grade a folder of hand-ins on all cores; goes on where it was stopped"""
    folder = Path(args.dir).resolve()
    if not folder.is_dir():
        raise LabError(f"{folder}: no such folder")
    out = Path(args.out or f"{folder}-results").resolve()
    many = grade.Many(folder, lab_of(args), out, work(), args.workers)
    many.run()
    print(f"{len(many.reports)} hand-ins ({many.skipped} of them earlier): {out}")
    return 0


def do_zip(args):
    """look at a student's tree and write its hand-in"""
    lab = lab_of(args)
    target = ROOT / f"handin-{lab.name}.zip"
    for note in export.zip_hand_in(lab, target, work()):
        print(f"note: {note}")
    print(f"{target.name}: hand in this file")
    return 0


def do_package(args):
    """write autograders: an archive for Gradescope, a workflow for GitHub"""
    for path in package.package(catalog.Lab(args.name), args.dir):
        print(path)
    return 0


def prepare(args):
    """build beforehand what grading a hand-in needs"""
    grade.prepare(catalog.Lab(args.name), work())
    return 0


def prove(args):
    """blank scores 0, the reference 100 %, every mutant less: make test-labs"""
    passed, failed = proof.prove(args.names, work(), args.workers)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def parser():
    top = argparse.ArgumentParser(prog="tools/lab", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, function, *positional):
        sub = commands.add_parser(name, help=function.__doc__)
        sub.set_defaults(function=function)
        for argument in positional:
            sub.add_argument(argument)
        return sub

    def judging(sub):
        sub.add_argument("--only", help="checks whose function name contains this")
        sub.add_argument("-v", "--verbose", action="store_true", help="pytest's output")

    cores = os.cpu_count() or 1
    add("list", list_labs)
    sub = add("export", do_export, "name", "dir")
    sub.add_argument("--blank", action="append", default=[], help="another lab's too")
    sub = add("grade", do_grade, "hand_in")
    sub.add_argument("--lab")
    sub.add_argument("--json", help="write Gradescope's results.json")
    sub.add_argument("--junit", help="write JUnit XML")
    judging(sub)
    sub = add("hint", hint)
    sub.add_argument("number", type=int)
    sub.add_argument("--lab")
    sub = add("grade-all", grade_all, "dir")
    sub.add_argument("--lab")
    sub.add_argument("--out", help="folder for reports and scores.csv")
    sub.add_argument("--workers", type=int, default=cores)
    add("zip", do_zip).add_argument("--lab")
    sub = add("package", do_package, "name")
    sub.add_argument("dir", nargs="?", default=".")
    add("prepare", prepare, "name")
    sub = add("test", test, "name")
    sub.add_argument("--variant", default="reference")
    judging(sub)
    sub = add("prove", prove)
    sub.add_argument("names", nargs="*")
    sub.add_argument("--workers", type=int, default=cores)
    return top


def main(argv=None):
    args = parser().parse_args(argv)
    try:
        return args.function(args)
    except LabError as problem:
        print(f"lab: {problem}", file=sys.stderr)
        return 2
