#!/usr/bin/env python3
"""How crash reports are misread, and the sheets that this gives.

    sheets.py [--student ID]    runs the quiz and writes ../reference/ (the true
                                sheet), ../blank/ and ID/ for each mistake

Run it after a change of Quire or of the quiz that changes answers: then
`tools/lab test faults` says so. Each function below gives the answer of somebody
who makes this one mistake, or None where it makes no difference.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import quiz  # noqa: E402
from runs import DISPLACEMENT, I, P, W, built, run  # noqa: E402


def error_w_for_p(report, key):
    """takes bit 0 of the error code for W and bit 1 for P"""
    code = report.code()
    if key == "access" and not code & I:
        return "write" if code & P else "read"
    if key == "code":
        return hex(code & ~(P | W) | (code & P) << 1 | (code & W) >> 1)
    return None


def leaf_only(report, key):
    """looks at the leaf alone instead of ANDing W over the four levels"""
    if report.kind == "cow" and key == "mmu":
        return report.mmu(report.entries[-1:])
    if report.kind == "cow" and key == "write_frames":
        return 0
    if key == "level" and report.complete:
        return 1
    return None


def always_sigsegv(report, key):
    """takes SIGBUS for SIGSEGV: every bad access is a segmentation fault"""
    return "SIGSEGV" if key == "signal" else None


def absent_is_sigbus(report, key):
    """takes SIGSEGV for SIGBUS: where no page is, the bus complains"""
    return "SIGBUS" if key == "signal" and not report.complete else None


def nx_is_absent(report, key):
    """takes NX for not present: a page that does not execute is not there"""
    if key == "bit" and report.access == "x":
        return "P"
    if key == "code" and report.access == "x":
        return hex(report.code() & ~P)
    return None


def absent_is_nx(report, key):
    """takes not present for NX: an execute that fails must be the NX bit's"""
    return "NX" if key == "bit" and report.access == "x" else None


def region_rights(report, key):
    """takes the rights of the region for those of the page"""
    if key != "mmu":
        return None
    prot = report.region()[2]
    return "".join(c if prot & b else "-" for c, b in zip("rwx", (1, 2, 4)))


def region_allows(report, key):
    """believes that what the region allows succeeds: a page beyond the file is
    read and written like any other"""
    if key == "write" and report.kind == "beyond":
        return "yes"
    return None


def guard_is_unmapped(report, key):
    """takes the guard below the stack for memory that nobody mapped"""
    return "none" if key == "region" and report.kind == "guard" else None


def none_is_unmapped(report, key):
    """takes PROT_NONE for not present: the page is there, only without U"""
    if report.kind != "none":
        return None
    if key == "bit":
        return "P"
    return hex(report.code() & ~P) if key == "code" else None


def page_alone(report, key):
    """counts the page that a write takes and forgets the tables above it"""
    return 1 if key == "write_frames" else None


def read_takes_a_page(report, key):
    """counts a page for a first read, which shows the frame of zeros"""
    return report.frames("w") if key == "read_frames" else None


def levels_upside_down(report, key):
    """counts the levels from the root: 1 for the root, 4 for the leaf"""
    return 5 - report.refused()[1] if key == "level" else None


def index_of_the_leaf(report, key):
    """takes bits 12 to 20 of an address for the index in the root"""
    return report.address >> 12 & 511 if key == "index" else None


def kernel_is_absent(report, key):
    """believes that the kernel is not in a program's page table"""
    if report.kind != "kernel":
        return None
    if key == "bit":
        return "P"
    return hex(report.code() & ~P) if key == "code" else None


def private_for_shared(report, key):
    """confuses MAP_PRIVATE and MAP_SHARED of a file opened for reading"""
    if report.kind != "readonly":
        return None
    if key == "mprotect":
        return "no" if report.works("m") else "yes"
    return 1 - report.frames("m") if key == "mprotect_frames" else None


def no_displacement(report, key):
    """adds base and index and forgets the displacement: a null pointer to a
    structure"""
    return hex(report.address - DISPLACEMENT) if key == "address" else None


def page_of_the_map(report, key):
    """counts pages from the start of the map instead of the file"""
    if key == "page":
        return (report.address - report.region()[0]) // 4096
    return None


ALL = [
    error_w_for_p,
    leaf_only,
    always_sigsegv,
    absent_is_sigbus,
    nx_is_absent,
    absent_is_nx,
    region_rights,
    region_allows,
    guard_is_unmapped,
    none_is_unmapped,
    page_alone,
    read_takes_a_page,
    levels_upside_down,
    index_of_the_leaf,
    kernel_is_absent,
    private_for_shared,
    no_displacement,
    page_of_the_map,
]


def wrong(mistake):
    """The answers of somebody who makes this mistake and no other."""

    def answer(report, key):
        found = mistake(report, key)
        return quiz.truth(report, key) if found is None else str(found)

    return answer


def lost(reports, answer):
    """How many answers are wrong."""
    return sum(
        not quiz.right(r, key, answer(r, key)) for r in reports for key in r.questions
    )


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_all(student, reports):
    sheet = quiz.write_sheet(student, reports, quiz.truth)
    write(HERE.parent / "reference/answers.toml", sheet)
    write(HERE.parent / "blank/answers.toml", quiz.write_sheet("nobody", [], None))
    for mistake in ALL:
        name = mistake.__name__.replace("_", "-")
        text = " ".join(mistake.__doc__.split())
        sheet = quiz.write_sheet(
            student, reports, wrong(mistake), f"# mistake: {text}\n"
        )
        write(HERE / name / "answers.toml", sheet)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, help="use this build")
    parser.add_argument("--student", default="teacher")
    parser.add_argument("--dry", action="store_true", help="only count what is lost")
    args = parser.parse_args()
    reports = run(args.student, args.build or built())
    if not args.dry:
        write_all(args.student, reports)
    for mistake in ALL:
        answers = lost(reports, wrong(mistake))
        print(f"{args.student:<12} {mistake.__name__:<24} {answers} wrong")
        if answers == 0:
            sys.exit("this mistake costs nothing")


if __name__ == "__main__":
    main()
