"""The lab tool: what tools/lab and the checks of tests/labs are made of.

    source      functions in C files, found and replaced by name
    catalog     lab.toml, the lab's files, its variants
    tree        a tree to build in: kept in step with its sources, made by make
    confine     limits on time, memory, output and rights of what a student wrote
    guest       boots of the student's kernel, and what they showed
    look        page tables and memory seen from outside the guest
    host        host tests with the student's sources
    checks      the pytest side: @check, fixtures, results after every check
    results     Gradescope's results.json, JUnit XML, the table
    handin      the files of a hand-in, taken from a folder or a zip
    runner      pytest in a process of its own
    grade       hand-in -> results; a folder of them on all cores
    export      student trees; make zip
    package     autograders for Gradescope and GitHub
    proof       blank scores 0, reference 100 %, each mutant less
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LABS = ROOT / "tests" / "labs"


class LabError(Exception):
    """Something is wrong with a lab or with how the tool was called."""


def check(points, title, visibility="visible"):
    """Decorator of a check: what it is worth, and the fact that it asserts."""
    import pytest

    return pytest.mark.lab_check(points=points, title=title, visibility=visibility)
