#!/usr/bin/env python3
"""The quiz of the faults lab: ten crash reports of real runs, fifty questions.

    quiz.py reports --student ID    writes reports.txt and an empty answers.toml
                                    at the root of the tree

(mutants/sheets.py writes true and wrong sheets, for the proof of this lab.)

Owns: what is asked, what a report withholds, how a sheet is read and judged.
"""

import argparse
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from runs import DISPLACEMENT, ROOT, SCALE, BadRun, P, Report, built, run  # noqa: E402

SIZE_MAX = 64 << 10  # of a sheet


class BadSheet(Exception):
    """Why a sheet cannot be read."""


# ---- Questions ------------------------------------------------------------------


def yes(holds):
    return "yes" if holds else "no"


# key: (what is asked, the answer)
QUESTIONS = {
    "access": (
        "Which access was it: read, write or execute? The error code tells.",
        lambda r: Report.NAMES[r.access],
    ),
    "code": (
        "Which error code did the CPU push? P is 1, W 2, U 4, I 16; say 0x..",
        lambda r: hex(r.code()),
    ),
    "signal": (
        "Which signal killed the program?",
        lambda r: r.lines[0].split(": ")[1],
    ),
    "region": (
        "What is the region that holds the address called (.text, heap, a file's"
        " name, ...)? none, if none does.",
        lambda r: r.region_name(),
    ),
    "level": (
        "The entry of which level refused, first from the root: 4, 3, 2 or 1?",
        lambda r: r.refused()[1],
    ),
    "bit": (
        "By which of its bits did the entry refuse: P, U, W or NX? If by several,"
        " the first of these.",
        lambda r: r.refused()[0],
    ),
    "mmu": (
        "What did the MMU allow a program with this page at that moment, all"
        " levels together: rwx, r--, ...? --- for nothing.",
        lambda r: r.mmu(),
    ),
    "read": (
        "Would a read of the same address have succeeded instead: yes or no?",
        lambda r: yes(r.works("r")),
    ),
    "write": (
        "Would a write to the same address have succeeded instead: yes or no?",
        lambda r: yes(r.works("w")),
    ),
    "read_frames": (
        "How many free frames would a read of the address have taken (tables"
        " count)?",
        lambda r: r.frames("r"),
    ),
    "write_frames": (
        "How many free frames would a write to the address have taken (tables"
        " count)?",
        lambda r: r.frames("w"),
    ),
    "mprotect": (
        "mprotect(page, 4096, PROT_READ | PROT_WRITE), then a write: would that"
        " have succeeded, yes or no?",
        lambda r: yes(r.works("m")),
    ),
    "mprotect_frames": (
        "And how many frames would that write have taken? 0 if it would not"
        " have come to it.",
        lambda r: r.frames("m"),
    ),
    "page": (
        "Which page of the file would be there, counted from 0?",
        lambda r: r.file_page(),
    ),
    "away": (
        "How many bytes beyond the end of the region below is the address?",
        lambda r: hex(r.address - r.below()),
    ),
    "index": (
        "Which entry of the root is used for this address: 0 to 511?",
        lambda r: r.address >> 39 & 511,
    ),
    "address": (
        "Which address was touched? The instruction and its registers tell.",
        lambda r: hex(r.address),
    ),
}

# Where to look again, for whoever was wrong.
LOOK = {
    "access": "bit 1 of the error code is W, bit 4 is I; bit 0 is P, which says"
    " something else",
    "code": "P: did the walk come to a page? W, I: the access. U: from ring 3",
    "signal": "SIGSEGV: the address or the right is wrong. SIGBUS: both are"
    " fine, and there is nothing to show",
    "region": "start <= address < end, in the list of regions",
    "level": "go down from level 4 and stop at the first entry that refuses"
    " this access",
    "bit": "P 1, W 2, U 4 (hexadecimal, from the right), NX the topmost; the"
    " kernel's half is nobody's but the kernel's",
    "mmu": "AND P, W and U over the levels, OR NX",
    "read": "step 4 of a fault asks the region, step 5 fetches",
    "write": "step 4 of a fault asks the region, step 6 owns",
    "read_frames": "one for each table that is missing; and whose frame does a"
    " first read show?",
    "write_frames": "one for each table that is missing or shared, one for the"
    " page if others see it or none is there",
    "mprotect": "max_prot: how was it mapped, and how was its file opened?",
    "mprotect_frames": "who else sees the page that is written?",
    "page": "the region's offset in the file counts",
    "away": "address - end, in hexadecimal",
    "index": "bits 39 to 47 of the address",
    "address": "displacement + base + index * scale",
}


def truth(report, key):
    return str(QUESTIONS[key][1](report))


def normal(answer):
    """Spelling does not matter: 0x10, 16; SIGBUS, sigbus; "2", 2."""
    text = str(answer).strip().lower()
    try:
        return int(text, 0)
    except ValueError:
        return text


def right(report, key, answer):
    return str(answer).strip() != "" and normal(answer) == normal(truth(report, key))


def walk(report):
    """The raw entries, for a message."""
    if report.entries[0][1] is None:
        return ""
    return "the walk was " + ", ".join(
        f"level {level}: {value:016x}" for level, value, _ in report.entries
    )


# ---- Sheets -----------------------------------------------------------------------


def read_sheet(text):
    """-> {"student": id, (report, key): answer}. TOML's `key = "value"` below
    `[reportN]`; quotes may be left out."""
    found, section = {"student": ""}, 0
    for number, line in enumerate(text[:SIZE_MAX].splitlines(), 1):
        line = line.strip()
        head = re.fullmatch(r"\[report(\d{1,2})\]\s*(?:#.*)?", line)
        pair = re.fullmatch(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|([^\"#]*?))\s*(?:#.*)?", line)
        if head:
            section = int(head[1])
        elif pair:
            value = pair[2] if pair[2] is not None else pair[3]
            found[(section, pair[1]) if section else pair[1]] = value[:80]
        elif line and not line.startswith("#"):
            raise BadSheet(f"answers.toml, line {number}: not `key = \"answer\"`")
    return found


def student_of(sheet):
    """Whose reports these are: the grader's word first."""
    student = sheet["student"].strip()
    expected = os.environ.get("QUIRE_STUDENT")
    if not re.fullmatch(r"[\w.@+-]{1,64}", student):
        raise BadSheet('answers.toml names no student: student = "letters-and.digits"')
    if expected and expected != student:
        raise BadSheet(f"this is the sheet of {student}, not of {expected}")
    return student


def write_sheet(student, reports, answer, first=""):
    """The text of a sheet; answer(report, key) -> what is written."""
    lines = [first, f'student = "{student}"']
    for report in reports:
        lines += ["", f"[report{report.number}]"]
        lines += [f'{key} = "{answer(report, key)}"' for key in report.questions]
    return "\n".join(filter(lambda line: line is not None, lines)).lstrip("\n") + "\n"


# ---- What the student reads -----------------------------------------------------


def withheld(report, line):
    """A line of the explanation without what is asked, or None."""
    asked = report.questions
    if line.startswith("  why"):
        return "  why     ????"
    if line.startswith("  level"):
        level = int(line.split()[1])
        value = next(v for at, v, _ in report.entries if at == level)
        refs = next(n for at, _, n in report.entries if at == level)
        head = re.match(r"  level \d entry +\d+:", line)[0]
        if "index" in asked:
            head = re.sub(r"entry +\d+", "entry ???", head)
        if value is None:
            return head + line.partition(":")[2]
        tail = f"  {refs} reference{'s' * (refs != 1)}" if value & P else ""
        return f"{head} {value:016x}{tail}"
    if re.match(r"  (region|below|above)", line):
        return None if {"region", "away", "page"} & set(asked) else line
    if "access" in asked:
        line = re.sub(r": (read from|write to|execute) ", ": ???? ", line)
        line = re.sub(r", from 0x\w+$", "", line)
    if "signal" in asked:
        line = re.sub(r": SIG\w+:", ": SIG????:", line)
    if "address" in asked:
        line = re.sub(rf"0x{report.address:x}\b", "0x????", line)
    return line


def show(report):
    """One report as the student gets it."""
    asked = set(report.questions)
    lines = [f"==== Report {report.number}", ""]
    lines += filter(None, (withheld(report, line) for line in report.lines))
    if "access" in asked:
        lines.append(f"  error   {report.code():#x}")
    if "address" in asked:
        registers = report.registers.replace("=", "=0x")
        lines.append(f"  at      {DISPLACEMENT:#x}(%rdi,%rcx,{SCALE}), {registers}")
    if {"region", "away", "page"} & asked:
        lines += ["", "  its regions:"]
        for start, end, prot, text in report.regions:
            rights = "".join(c if prot & b else "-" for c, b in zip("rwx", (1, 2, 4)))
            lines.append(f"    {start:012x}-{end:012x} {rights} {text}")
    lines += ["", f"  [report{report.number}] of answers.toml:"]
    for key in report.questions:
        lines.append(f"    {key:<16} {QUESTIONS[key][0]}")
    return "\n".join(lines) + "\n"


def show_all(student, reports):
    head = (
        f"Ten crashes of Quire, for {student}.\n\n"
        "Entries of the page table are shown as the MMU read them: bit 0 is P, "
        "1 W, 2 U, 63 NX.\nWhat is asked is withheld (????). Write your answers "
        "into answers.toml.\n"
    )
    return "\n".join([head] + [show(report) for report in reports])


# ---- The command line -------------------------------------------------------------


def nothing(report, key):
    return ""


def reports_command(args):
    student_of({"student": args.student})
    reports = run(args.student, args.build or built())
    (args.to / "reports.txt").write_text(show_all(args.student, reports))
    sheet = args.to / "answers.toml"
    old = read_sheet(sheet.read_text()) if sheet.exists() else {"student": ""}
    if old["student"] in ("", "nobody"):
        sheet.write_text(write_sheet(args.student, reports, nothing))
    print(f"{args.to}/reports.txt: ten reports; {sheet}: your answers")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("reports")
    command.set_defaults(function=reports_command)
    command.add_argument("--student", required=True, help="your id")
    command.add_argument("--build", type=Path, help="use this build")
    command.add_argument("--to", type=Path, default=ROOT, help="write here")
    args = parser.parse_args()
    try:
        args.function(args)
    except (BadSheet, BadRun) as problem:
        sys.exit(f"quiz: {problem}")


if __name__ == "__main__":
    main()
