"""The cases of tests/linux: what they do in Quire is what they do on this Linux.

One boot serves all cases of a batch. tests/linux/pending names those that are
known to differ; such a case that does not differ any more fails.
"""

import difflib
from concurrent.futures import ThreadPoolExecutor

import oracle
import pytest

from test_packages import SESSIONS

# What one boot serves, by the names of variants; and pytest-xdist's group.
BATCHES = {
    "glibc": ("glibc",),
    "musl": ("musl", "musl-so"),
    "scripts": tuple(oracle.INTERPRETERS),
}
CASES = list(oracle.all_cases())
pytestmark = oracle.not_in_debug


def batch_of(case):
    return next(name for name, variants in BATCHES.items() if case.variant in variants)


class Batches:
    """Runs each batch when a case of it is first asked for, and of it only the
    cases that are wanted (-k)."""

    def __init__(self, wanted, directory):
        self.wanted = wanted
        self.directory = directory
        self.done = {}

    def __getitem__(self, name):
        """-> {key: result on the host}, {key: result in Quire}"""
        if name not in self.done:
            cases = [case for case in self.wanted if batch_of(case) == name]
            directory = self.directory / name
            files = oracle.package_files()
            with ThreadPoolExecutor() as pool:  # mostly both sides sleep
                host = pool.submit(oracle.run_on_host, cases, directory)
                quire = pool.submit(oracle.Guest(files, directory).run, cases)
                self.done[name] = host.result(), quire.result()
            self.ask_again(cases, *self.done[name])
        return self.done[name]

    def ask_again(self, cases, host, quire):
        """A busy Linux may be late: whatever it does at some time is right."""
        for i in range(2):
            known = oracle.pending()
            cases = [c for c in cases if difference(c, (host, quire))]
            cases = [c for c in cases if not oracle.why_pending(c.id, known)]
            if cases:
                directory = self.directory / f"again-{batch_of(cases[0])}-{i}"
                host.update(oracle.run_on_host(cases, directory))


@pytest.fixture(scope="session")
def batches(request, tmp_path_factory):
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params.get("case") for call in calls if call}
    cases = [c for c in CASES if c in wanted and not oracle.absent(c.package)]
    return Batches(cases, tmp_path_factory.mktemp("linux"))


def difference(case, both):
    """-> what differs, or None"""
    nothing = oracle.Result()
    host, quire = (side.get(case.key, nothing) for side in both)
    if host == quire and not host.garbled and host.end[:4] in ("exit", "sign"):
        return None
    lines = difflib.unified_diff(
        host.text(), quire.text(), "Linux", "Quire", n=99, lineterm=""
    )
    return "\n".join(lines) or "neither side could run it:\n" + "\n".join(host.text())


def parameter(case):
    group = pytest.mark.xdist_group(f"linux-{batch_of(case)}")
    return pytest.param(case, id=case.id, marks=group)


@pytest.mark.parametrize("case", map(parameter, CASES))
def test_case(case, batches, record_property):
    oracle.skip_if_absent(case.id, case.evidence, record_property)
    problem = difference(case, batches[batch_of(case)])
    oracle.settle(case.id, case.evidence, problem, record_property)


# ---- The harness itself ---------------------------------------------------------


KEY = "glibc.file.name"


def line(kind, data):
    text = f"@host {KEY} {kind} {data.hex()}".encode()
    return text + b" %08x\n" % oracle.checksum(text)


def report(out=b"1", end=b"exit 0"):
    return line("b", b"") + line("o", out) + line("x", end)


@pytest.mark.parametrize(
    "quire, differs",
    [
        (report(), None),
        (b"kernel: a message\n" + report(), None),
        (report(out=b"2"), "+2"),
        (report(end=b"exit 1"), "+[exit 1]"),
        (report(end=b"timeout"), "+[timeout]"),
        (line("b", b"") + line("o", b"1"), "+[did not end]"),
        (report().replace(b"31 ", b"32 "), "garbled"),
        (report() + line("o", b"1")[:-5], "garbled"),
        (report().replace(b"host", b"fake"), "+[did not run]"),
        (b"", "+[did not run]"),
    ],
)
def test_the_harness_sees_every_difference(quire, differs):
    case = oracle.Case("glibc", "file", "name", "", (), 0, "")
    found = difference(case, [oracle.parse(text, "host") for text in (report(), quire)])
    assert found is None if differs is None else differs in found


def test_every_pending_case_exists():
    cases = [*CASES, *oracle.c_cases("quire")]
    names = {case.id for case in cases}
    names |= {f"*/{case.file}/{case.name}" for case in cases}
    names |= {f"session/{name}" for name in SESSIONS}
    assert not set(oracle.pending()) - names
