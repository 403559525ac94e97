"""Lab 10: faults. Fifty answers, each held against the run it is about."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import quiz  # noqa: E402
import runs  # noqa: E402
from labs import check  # noqa: E402
from labs.guest import CheckFailed  # noqa: E402

QUESTIONS = 5  # to each report


@pytest.fixture(scope="module")
def sheet(tree):
    path = tree.root / "answers.toml"
    if not path.is_file():
        raise CheckFailed("there is no answers.toml")
    with open(path, "rb") as file:
        text = file.read(quiz.SIZE_MAX).decode(errors="replace")
    try:
        found = quiz.read_sheet(text)
    except quiz.BadSheet as problem:
        raise CheckFailed(str(problem)) from None
    if found["student"] == "nobody":
        raise CheckFailed("no reports yet: tests/labs/faults/quiz.py makes them, README.md says how")
    return found


@pytest.fixture(scope="module")
def reports(sheet, guest):
    """The runs that this student's reports show, made again."""
    try:
        words = runs.scenes(quiz.student_of(sheet))
    except quiz.BadSheet as problem:
        raise CheckFailed(str(problem)) from None
    run = guest.run(runs.PROGRAM, *words, memory=runs.MEMORY, timeout=30)
    if not re.search(r"^@ done$", run.serial, re.M):
        run.fail("expected that all ten crashes are made")
    return runs.parse(run.serial, words)


def make_check(report, question):
    """One answer."""

    @check(points=2, title=f"report {report}, question {question}")
    def test(sheet, reports):
        found = reports[report - 1]
        key = found.questions[question - 1]
        answer = sheet.get((report, key), "").strip()
        if quiz.right(found, key, answer):
            return
        said = f"your answer: {answer}, not so in the run" if answer else "no answer"
        lines = [f"[report{report}] {key}: {quiz.QUESTIONS[key][0]}", said]
        lines.append(f"look at: {quiz.LOOK[key]}")
        if key in ("level", "bit", "mmu", "code"):
            lines.append(quiz.walk(found))
        raise CheckFailed("\n".join(filter(None, lines)))

    return test


for number in range(1, runs.REPORTS + 1):
    for question in range(1, QUESTIONS + 1):
        globals()[f"test_report{number}_{question}"] = make_check(number, question)
