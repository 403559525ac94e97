"""The pytest side of a lab: fixtures, and results after every check.

Owns: what a check's outcome becomes. tests/labs/conftest.py is this module.
Options (the tool sets them): --lab NAME --tree DIR --student --results FILE.
"""

import re
from pathlib import Path

import pytest

from labs import results
from labs.catalog import Lab
from labs.guest import CheckFailed, Guests
from labs.host import Hosts
from labs.tree import BuildFailed, Tree

KNOWN = (CheckFailed, BuildFailed)


def pytest_addoption(parser):
    group = parser.getgroup("labs")
    group.addoption("--lab", help="the lab that is checked")
    group.addoption("--tree", help="the tree with its solution")
    group.addoption("--student", action="store_true", help="it may be hostile")
    group.addoption("--results", help="where to write results.json")
    group.addoption("--again", help="the command that repeats one check")


def pytest_configure(config):
    config.addinivalue_line("markers", "lab_check(points, title): a graded check")
    if config.getoption("--lab"):
        config.pluginmanager.register(Recorder(config), "lab-recorder")


@pytest.fixture(scope="session")
def tree(pytestconfig):
    """The tree with the solution: .root, .lab, .make(target...), .path(name)."""
    lab = Lab(pytestconfig.getoption("--lab"))
    student = pytestconfig.getoption("--student")
    return Tree(pytestconfig.getoption("--tree"), lab, student)


@pytest.fixture(scope="session")
def guest(tree):
    """guest.run(program, argument..., debug=, events=, memory=, timeout=)"""
    return Guests(tree)


@pytest.fixture(scope="session")
def host(tree):
    """host.run(program, filter...)"""
    return Hosts(tree)


class Recorder:
    """Writes results.json before the first check and after each."""

    def __init__(self, config):
        self.path = config.getoption("--results")
        self.again = config.getoption("--again") or "tools/lab test LAB --only {}"
        self.lab = Lab(config.getoption("--lab"))
        self.report = results.Report(self.lab)

    def save(self):
        if self.path:
            self.report.write(Path(self.path))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        """In the order of the file; every test is worth something."""
        for item in items:
            mark = item.get_closest_marker("lab_check")
            if not mark:
                raise pytest.UsageError(f"{item.name}: no @check(points=, title=)")
            entry = results.Entry(item.name, **mark.kwargs)
            entry.again = self.again.format(item.name)
            self.report.add(entry)
        self.save()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        entry = self.report.entries[item.name]
        entry.seconds += report.duration
        if call.excinfo:
            entry.failed(message(call.excinfo))
        elif report.when == "call":
            entry.passed()
        if report.when == "teardown":
            self.save()


def message(excinfo):
    """What a failed check tells a student: no traceback of the grader."""
    error = excinfo.value
    if isinstance(error, KNOWN):
        return str(error)
    if isinstance(error, AssertionError):
        text = str(error) or excinfo.exconly()
        return re.sub(r"^AssertionError: ?", "", text)
    line = excinfo.traceback[-1]
    return (
        f"the check itself failed: {excinfo.exconly()}\n"
        f"({Path(str(line.path)).name}:{line.lineno + 1}; please tell your teacher)"
    )
