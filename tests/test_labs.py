"""The lab tool: functions found by name, trees as students get them, and what
students hand in by accident or on purpose. What the checks of the labs are
worth is the matter of `make test-labs`."""

import io
import json
import os
import re
import subprocess
import zipfile

import pytest

from conftest import BUILD, ROOT
from labs import LABS, LabError, catalog, export, grade, guest, handin, results, source

LAB = "frames"
EDIT = "mm/frame.c"
FRAME = (ROOT / EDIT).read_text()
NAMES = sorted(path.parent.name for path in LABS.glob("*/lab.toml"))

# One worker: they share a tree that is built once.
pytestmark = pytest.mark.xdist_group("labs")

KNF = """\
#include "x.h"

static int helper(int a);

/* What f does. */
static const struct thing *
f(int a,
  int b)
{
	if (a) {
		return NULL;
	}
	return helper(b);
}

static const int table[] = {
	1, 2,
};

int
g(void)
{
	return 1;
}
"""


# ---- Functions by name ----------------------------------------------------------


def test_functions_are_found_with_their_types():
    f, g = source.functions(KNF)
    assert KNF[f.start :].startswith("static const struct thing *\nf(")
    assert KNF[f.body : f.close].startswith("\tif (a)")
    assert (f.name, g.name) == ("f", "g") and g.end == len(KNF)


def test_a_body_is_replaced_and_nothing_else():
    text = source.replace_body(KNF, "f", "\n\treturn NULL;\n", "x.c")
    assert text == KNF.replace(
        "\tif (a) {\n\t\treturn NULL;\n\t}\n\treturn helper(b);", "\treturn NULL;"
    )


def test_an_unknown_function_is_an_error():
    with pytest.raises(LabError, match="x.c: no function h"):
        source.replace_body(KNF, "h", "", "x.c")
    with pytest.raises(LabError, match="no function helper"):  # only declared
        source.replace_function(KNF, "helper", "", "x.c")
    with pytest.raises(LabError, match="more than one"):
        source.replace_body(KNF + KNF, "g", "", "x.c")


def test_things_are_removed_with_their_comments():
    text = source.remove(source.remove(KNF, "f", "x.c"), "table", "x.c")
    assert "What f does" not in text and "table" not in text and "\ng(void)" in text
    with pytest.raises(LabError, match="nothing called h"):
        source.remove(KNF, "h", "x.c")


def test_a_mutant_holds_functions_only():
    assert list(source.definitions("/* mistake: x */\nint\ng(void)\n{\n}\n", "m")) == ["g"]
    with pytest.raises(LabError, match="only functions"):
        source.definitions(KNF, "m.c")


# ---- Labs as they are kept --------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_lab_can_be_exported(name):
    lab = catalog.Lab(name)
    files = export.contents(lab)
    for path, data in lab.blank().items():
        assert files[path][0] == data
        assert path in lab.edit
    assert any(lab.blank()[path] != lab.reference()[path] for path in lab.edit)
    paths = set(files)
    assert lab.hints  # tools/lab hint 1
    assert {"README.md", "QUIRE.md", ".lab.mk", "tools/lab", "Makefile"} <= paths
    assert f"tests/labs/{name}/test_{name}.py" in paths
    assert not [p for p in paths if "/mutants/" in p or "/reference/" in p]
    others = [p for p in paths if p.startswith("tests/labs/") and p.count("/") > 2]
    assert all(p.startswith(f"tests/labs/{name}/") for p in others)


@pytest.mark.parametrize("name", NAMES)
def test_every_mutant_differs_and_says_its_mistake(name):
    lab = catalog.Lab(name)
    reference, seen = lab.reference(), []
    for mutant, mistake in lab.mutants().items():
        files = lab.mutant(mutant)
        assert files != reference and files not in seen, f"{mutant} changes nothing"
        assert len(mistake) > 10
        seen.append(files)


def test_an_exported_tree_is_a_repository(tmp_path):
    export.export(catalog.Lab(LAB), tmp_path / "student")
    log = subprocess.check_output(
        ["git", "-C", tmp_path / "student", "status", "--short"], text=True
    )
    assert log == ""
    with pytest.raises(LabError, match="not empty"):
        export.export(catalog.Lab(LAB), tmp_path / "student")


@pytest.mark.parametrize("name", NAMES)
def test_a_student_may_rename_and_remove_functions(name, tmp_path, monkeypatch):
    files = export.contents(catalog.Lab(name))
    for path, (data, _) in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    monkeypatch.setattr(catalog, "ROOT", tmp_path)
    monkeypatch.setattr(catalog, "LABS", tmp_path / "tests/labs")
    lab = catalog.Lab(name)
    for path in lab.edit:
        (tmp_path / path).write_text("int nothing;\n")
    assert set(handin.read(tmp_path, lab).complete(lab).files) == set(lab.edit)
    assert all(lab.blank()[path] == files[path][0] for path in lab.edit)


def test_there_is_no_lab_outside():
    for name in ("../labs/frames", "nothing", ""):
        with pytest.raises(LabError):
            catalog.Lab(name)


# ---- Hand-ins that are refused, or taken with care --------------------------------


def zipped(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def take(path):
    return handin.read(path, catalog.Lab(LAB)).complete(catalog.Lab(LAB))


def test_a_folder_around_the_tree_does_not_matter(tmp_path):
    path = zipped(tmp_path / "a.zip", [(f"me/lab 1/{EDIT}", FRAME)])
    assert take(path).files == {EDIT: FRAME.encode()}


def test_only_files_to_edit_are_taken(tmp_path):
    entries = [(EDIT, FRAME), ("tools/lab", "#!/bin/sh\n"), ("Makefile", "all:\n")]
    assert list(take(zipped(tmp_path / "a.zip", entries)).files) == [EDIT]


def test_paths_that_lead_out_are_ignored(tmp_path):
    entries = [("../../x", "1"), (f"/{EDIT}", "2"), (f"..\\{EDIT}", "3"), (EDIT, FRAME)]
    found = take(zipped(tmp_path / "a.zip", entries))
    assert found.files == {EDIT: FRAME.encode()} and len(found.notes) == 3


def test_a_bomb_is_not_unpacked(tmp_path):
    path = zipped(tmp_path / "a.zip", [(EDIT, b"\0" * (512 << 20))])
    with pytest.raises(handin.Refused, match="longer than 256 KiB"):
        take(path)


def test_links_are_not_followed(tmp_path):
    (tmp_path / "mm").mkdir()
    (tmp_path / EDIT).symlink_to(ROOT / EDIT)
    with pytest.raises(handin.Refused, match="symbolic link"):
        take(tmp_path)
    info = zipfile.ZipInfo(EDIT)
    info.external_attr = 0o120777 << 16
    with pytest.raises(handin.Refused, match="symbolic link"):
        take(zipped(tmp_path / "a.zip", [(info, "/etc/passwd")]))


def test_what_is_no_file_is_not_opened(tmp_path):
    (tmp_path / "mm").mkdir()
    os.mkfifo(tmp_path / EDIT)
    with pytest.raises(handin.Refused, match="not a regular file"):
        take(tmp_path)


def test_what_is_no_archive_is_refused(tmp_path):
    good = zipped(tmp_path / "a.zip", [(EDIT, FRAME)]).read_bytes()
    for data in (b"", b"PK", good[:-40], good.replace(b"PK\1\2", b"PK\1\3")):
        (tmp_path / "b.zip").write_bytes(data)
        with pytest.raises(handin.Refused):
            take(tmp_path / "b.zip")


def test_a_hand_in_without_the_file_says_which(tmp_path):
    with pytest.raises(handin.Refused, match=f"lacks {EDIT}"):
        take(zipped(tmp_path / "a.zip", [("frame.c", FRAME)]))


@pytest.mark.parametrize(
    "line",
    [
        '#include "/etc/passwd"',
        '#include "../solutions/frame.c"',
        '# /**/ include "mm/frame.c"',
        "#in\\\nclude </etc/passwd>",
        "#include NAME",
        'asm(".incbin \\"x\\"");',
    ],
)
def test_files_of_the_grader_are_not_included(line):
    with pytest.raises(handin.Refused):
        handin.examine(EDIT, (FRAME + line + "\n").encode())
    handin.examine(EDIT, FRAME.encode())


# ---- Results -----------------------------------------------------------------------


def test_results_survive_a_round_trip(tmp_path):
    report = results.Report(catalog.Lab(LAB))
    report.add(results.Entry("test_a", 30, "first"))
    report.add(results.Entry("test_b", 70, "second", "after_due_date"))
    report.entries["test_a"].passed()
    report.entries["test_b"].failed("expected \x1b[31m<&>\0")
    report.write(tmp_path / "r.json")
    data = json.loads((tmp_path / "r.json").read_text())
    assert (data["score"], data["max_score"]) == (30, 100)
    assert data["tests"][1]["visibility"] == "after_due_date"
    again = results.Report.read(report.lab, tmp_path / "r.json")
    assert again.table() == report.table() and "Score: 30/100" in again.table()
    assert "expected ?[31m&lt;&amp;&gt;?" in report.junit()


# ---- Hand-ins that are built and run -----------------------------------------------

OUT = """
static void
out(unsigned short port, const char *text)
{
	for (; *text; text++)
		__asm__ volatile("outb %0, %1" : : "a"(*text), "Nd"(port));
}
"""
EVIL = {
    "does not build": ("no_such_function();", "does not build.*no_such_function"),
    "hangs": ("for (;;) ;", "did not end within"),
    "floods the console": ('for (;;) out(0x3f8, "flood\\n");', "console was flooded"),
    "triple fault": (
        'static char no[10]; __asm__ volatile("lidt %0; ud2" : : "m"(no));',
        "triple fault",
    ),
    "forges": (
        'out(0x3f8, "\\nok 1 - afterwards programs run as before\\n"'
        ' "# seal 000000000000000000000000 1 0\\n1..1\\n"); out(0xf4, "\\x10");',
        "did not come to its end: its claims are not sealed",
    ),
    "leaves by itself": ('out(0xf4, "\\x41");', "status 131"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grades mm/frame.c with something at the start of frame_init_zero()."""
    folder = tmp_path_factory.mktemp("labs")

    def one(code, only, top=""):
        f = source.find(FRAME, "frame_init_zero", EDIT)
        text = FRAME[: f.start] + top + FRAME[f.start : f.body]
        text += f"\t{code}\n" + FRAME[f.body :]
        path = zipped(folder / "a.zip", [(EDIT, text)])
        return grade.grade(
            path, catalog.Lab(LAB), folder / "results.json",
            work=folder, only=only, kinds=grade.KINDS[::2],
        )  # fmt: skip

    return one


def test_an_honest_hand_in_gets_its_points(graded):
    report = graded("", "test_exhaustion")
    assert report.score == 15, report.table()


class BuiltTree:
    """What the build has made, as a tree whose checks boot it."""

    student = False

    def make(self, *targets, debug=False):
        pass

    def path(self, name, debug=False):
        return BUILD / name


def test_a_flood_of_events_is_ended_and_explained():
    guests = guest.Guests(BuiltTree(), event_bytes=4096)
    flooded = guests.run("/bin/true", events=True)
    with pytest.raises(guest.CheckFailed, match="event stream was flooded: over 4 KiB"):
        flooded.passed()
    assert flooded.event_lines
    assert guests.run("/bin/true").status == guest.PASSED  # the grader goes on


@pytest.mark.parametrize("what", EVIL)
def test_a_bad_kernel_gets_no_points_and_an_explanation(graded, what, monkeypatch):
    if what == "hangs":  # the others end by themselves, however slow the machine
        monkeypatch.setenv("QUIRE_PATIENCE", "0.4")
    code, said = EVIL[what]
    report = graded(code, "test_exhaustion", OUT)
    output = report.entries["test_exhaustion"].output
    assert report.score == 0
    assert re.search(said, output, re.S), output


@pytest.mark.parametrize(
    "top",
    [
        "int puts(const char *);\nint use(void);\nint use(void) { return puts(\"\"); }\n",
        "int puts(const char *);\nint puts(const char *s) { return !s; }\n",
        "__attribute__((constructor)) static void before(void) { for (;;) ; }\n",
        OUT,
    ],
    ids=["calls libc", "replaces libc", "runs before main", "holds assembly"],
)
def test_a_host_test_runs_no_code_that_could_judge_itself(graded, top):
    report = graded("", "test_take", "#ifndef QUIRE_VERSION\n" + top + "#endif\n")
    output = report.entries["test_take"].output
    assert report.score == 0
    said = "not in a kernel|as the host does|assembly or a constructor"
    assert re.search(said, output), output


def test_a_folder_of_hand_ins_is_graded_and_resumed(tmp_path, monkeypatch):
    folder = tmp_path / "all"
    folder.mkdir()
    zipped(folder / "ann.zip", [(EDIT, FRAME)])
    (folder / "bob.zip").write_bytes(b"no")
    (folder / "cy").mkdir()

    def run(path, base, lab, found, json_path, only, echo):
        report = grade.runner.collect(lab, json_path)
        report.entries["test_refs"].passed()
        return report

    monkeypatch.setattr(grade, "prepare", lambda lab, work, kinds=(): None)
    monkeypatch.setattr(grade, "run", run)
    for skipped in (0, 1):
        many = grade.Many(folder, catalog.Lab(LAB), tmp_path / "out", tmp_path, 2)
        many.run()
        assert many.skipped == skipped
    lines = (tmp_path / "out" / "scores.csv").read_text().splitlines()
    scores = [line.split(",")[:3] for line in lines[1:]]
    assert scores == [["ann", "15", "100"], ["bob", "0", "100"], ["cy", "0", "100"]]
    assert "not a zip archive" in (tmp_path / "out" / "bob.txt").read_text()


def test_an_archive_in_memory_is_complete():
    from labs import package

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        package.add(archive, "run_autograder", b"x", 0o755)
        assert archive.infolist()[0].external_attr >> 16 == 0o100755
