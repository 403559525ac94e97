"""The checkers are checked: seeded bugs of the kernel that the tests must see.
Here two of them, and that every patch can be applied; all by make test-mutants."""

import shutil

import mutants
import pytest

from conftest import BUILD, ROOT

pytestmark = pytest.mark.skipif(not shutil.which("patch"), reason="no patch program")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The files that patches touch, and nothing else."""
    root = tmp_path_factory.mktemp("sources")
    for path in {f for name in mutants.names() for f in mutants.Mutant(name).files}:
        mutants.copy(ROOT / path, root / path)
    return root


@pytest.mark.parametrize("name", mutants.names())
def test_patch_applies(tree, name):
    mutants.Mutant(name).apply(tree, "--dry-run")


def test_every_patch_says_what_is_broken_and_who_sees_it():
    for name in mutants.names():
        mutant = mutants.Mutant(name)
        assert 20 < len(mutant.mistake) <= 90, name
        assert (mutant.seen_by or mutant.judged_by) and mutant.files, name
        for seer in mutant.seen_by:
            assert where(seer).exists(), f"{name}: there is no test {seer}"


def where(seer):
    if ".py" in seer:
        return ROOT / "tests" / seer.partition("::")[0]
    if "/" in seer:
        return ROOT / "tests" / f"{seer}.c"
    place = "host" if seer.startswith("test_") else "user"
    return ROOT / "tests" / place / f"{seer}.c"


@pytest.mark.skipif(BUILD.name != "build", reason="once is enough")
@pytest.mark.parametrize("name", ["no-flush-after-copy", "signal-mask-stays"])
def test_mutant_is_killed(name):
    assert mutants.judge(name), f"no test notices: {mutants.Mutant(name).mistake}"


def test_a_patch_that_does_not_apply_is_an_error(tmp_path):
    (tmp_path / "mm").mkdir()
    (tmp_path / "mm/pt.c").write_text("int x;\n")
    with pytest.raises(mutants.Unusable, match="no longer applies"):
        mutants.Mutant("no-flush-after-copy").apply(tmp_path)
