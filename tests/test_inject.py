"""fail-Nth in its quick form: in each run the first request fails that comes from
where none has failed yet. The long form, every request of every program, is
`make inject` (tests/inject.py)."""

import pytest

import inject
from conftest import BUILD

# One boot finds what the others need not repeat, and all of it is summed up.
pytestmark = [
    pytest.mark.xdist_group("inject"),
    pytest.mark.skipif(
        "debug" in BUILD.name, reason="an audit after every call: takes hours"
    ),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    found = inject.Report()
    directory = tmp_path_factory.mktemp("inject")
    found.add(*inject.run(inject.quick(), "new", directory, 600))
    return found


def test_every_program_of_the_image_is_run():
    names = {line.split()[0] for line in inject.programs()} | set(inject.LEFT_OUT)
    files = {f"/bin/{path.name}" for path in (BUILD / "root/bin").iterdir()}
    assert files <= names


def test_programs_fail_and_the_kernel_goes_on(report):
    """No process, no frame and no kernel object is left; the audit holds; the
    next program works."""
    assert not report.bad, "\n".join(report.bad)
    assert report.programs == len(inject.quick())
    assert report.injections > 500


def test_no_call_succeeds_without_what_it_asked_for(report):
    assert report.ignored, "the guest reports none"
    assert inject.ignored(report) == {}


def test_boots_fail_with_one_message(report):
    initrd = BUILD / "initramfs.cpio"
    requests = inject.boot_requests(initrd)
    assert len(requests) > 30
    for n in requests:
        output, problem = inject.boot_failing(n, initrd)
        assert not problem, f"{problem}\n{output}"
        report.add_sites(output)


def test_every_site_fails_or_is_explained(report):
    without_reason, without_need = inject.never_failed(report)
    assert not without_reason, "say why in tests/inject.never"
    assert not without_need, "these do fail: remove them from tests/inject.never"
