"""Results: Gradescope's results.json, JUnit XML, the table for people.

Owns: these three forms. results.json is written after every check, by renaming,
so that whatever ends the grader leaves the points that were made so far.
"""

import json
import os
import textwrap
from xml.etree import ElementTree

OUTPUT = 6000  # characters of one check's output


class Entry:
    """One check."""

    def __init__(self, name, points, title, visibility="visible"):
        self.name = name
        self.points = points
        self.title = title
        self.visibility = visibility
        self.score = 0
        self.status = "not run"
        self.output = "The grading ended before this check."
        self.again = ""
        self.seconds = 0.0

    def passed(self):
        self.score, self.status, self.output = self.points, "passed", ""

    def failed(self, why):
        self.score, self.status = 0, "failed"
        self.output = clean(why)

    def gradescope(self):
        output = self.output
        if self.status == "failed" and self.again:
            output += f"\n\nOnly this check: {self.again}"
        return {
            "name": self.title,
            "number": self.name,
            "score": self.score,
            "max_score": self.points,
            "status": "passed" if self.status == "passed" else "failed",
            "output": output,
            "output_format": "text",
            "visibility": self.visibility,
        }


def clean(text):
    """Printable, and not too long."""
    text = text.replace("\r", "")
    text = "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)
    if len(text) <= OUTPUT:
        return text
    half = OUTPUT // 2
    return f"{text[:half]}\n[...]\n{text[-half:]}"


class Report:
    """All checks of one hand-in."""

    def __init__(self, lab):
        self.lab = lab
        self.entries = {}
        self.remark = ""  # about the hand-in as a whole
        self.extra = {}  # for the tool that reads results.json

    def add(self, entry):
        self.entries[entry.name] = entry

    @property
    def score(self):
        return sum(entry.score for entry in self.entries.values())

    @property
    def points(self):
        return sum(entry.points for entry in self.entries.values())

    def all_failed(self, why):
        """No check can be run."""
        self.remark = clean(why)
        for entry in self.entries.values():
            entry.failed(why)

    def gradescope(self):
        tests = [entry.gradescope() for entry in self.entries.values()]
        return {
            "score": self.score,
            "max_score": self.points,
            "output": self.remark,
            "stdout_visibility": "hidden",
            "tests": tests,
            "extra_data": {
                "lab": self.lab.name,
                "seconds": {e.name: round(e.seconds, 2) for e in self.entries.values()},
                "state": {e.name: e.status for e in self.entries.values()},
                **self.extra,
            },
        }

    def write(self, path):
        """results.json, replaced in one step."""
        new = path.with_name(path.name + ".new")
        new.write_text(json.dumps(self.gradescope(), indent=1) + "\n")
        os.replace(new, path)

    @classmethod
    def read(cls, lab, path):
        """The report that another process wrote."""
        report = cls(lab)
        data = json.loads(path.read_text())
        report.remark = data["output"]
        for test in data["tests"]:
            entry = Entry(
                test["number"], test["max_score"], test["name"], test["visibility"]
            )
            entry.score = test["score"]
            entry.status = data["extra_data"]["state"][entry.name]
            entry.seconds = data["extra_data"]["seconds"][entry.name]
            entry.output, _, entry.again = test["output"].partition(
                "\n\nOnly this check: "
            )
            report.add(entry)
        return report

    def failures(self):
        """-> [(output, the checks that failed with it)]"""
        found = {}
        for entry in self.entries.values():
            if entry.status == "failed" and entry.output != self.remark:
                found.setdefault(entry.output, []).append(entry)
        return found.items()

    def junit(self):
        """JUnit XML, one case for each check."""
        entries = self.entries.values()
        suite = ElementTree.Element(
            "testsuite",
            name=f"lab {self.lab.name}",
            tests=str(len(entries)),
            failures=str(sum(e.status != "passed" for e in entries)),
            errors="0",
            time=f"{sum(e.seconds for e in entries):.2f}",
        )
        for e in entries:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=f"labs.{self.lab.name}",
                name=f"{e.title} ({e.score}/{e.points})",
                time=f"{e.seconds:.2f}",
            )
            if e.status != "passed":
                failure = ElementTree.SubElement(
                    case, "failure", message=e.output.split("\n")[0]
                )
                failure.text = e.output
        return ElementTree.tostring(suite, encoding="unicode") + "\n"

    def table(self, details=True):
        """For people: points, then for each failed check why."""
        lines = [f"Lab {self.lab.number}: {self.lab.title}", ""]
        for e in self.entries.values():
            lines.append(f"  {e.score:>4}/{e.points:<4} {mark(e)} {e.title}")
        lines.append("")
        if self.remark:
            lines += [self.remark, ""]
        for output, entries in self.failures() if details else []:
            lines += [f"--- {e.title}" for e in entries]
            lines.append(textwrap.indent(output, "    "))
            lines += [f"    again: {e.again}" for e in entries[:1] if e.again]
            lines.append("")
        lines.append(f"Score: {self.score}/{self.points}")
        return "\n".join(lines)


def mark(entry):
    return {"passed": "ok  ", "failed": "FAIL"}.get(entry.status, "-   ")
