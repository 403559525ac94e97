"""Programs written for Linux compile against our own libc unchanged, and do in
Quire what they do on this Linux with its own.

The programs are those of tests/linux, the variant is `quire`: with user/include
and libc.so. What tests/linux/pending says of any variant may or may not hold
here; what it says of this one must.
"""

from dataclasses import replace

import oracle
import pytest
from conftest import BUILD
from test_linux import difference

CASES = list(oracle.c_cases("quire"))


def on_host(case):
    """The same case of the program that the host's libc is in."""
    program = case.program.replace("/quire/", "/glibc/")
    return replace(case, variant="glibc", program=program)


@pytest.fixture(scope="module")
def both(request, tmp_path_factory):
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params.get("case") for call in calls if call}
    cases = [case for case in CASES if case in wanted]
    directory = tmp_path_factory.mktemp("our-libc")
    libc = (BUILD / "root/lib/libc.so").read_bytes()
    files = {**oracle.package_files(), "lib/libc.so": (0o100755, libc)}
    guest = oracle.Guest(files, directory)
    host = oracle.run_on_host([on_host(case) for case in cases], directory / "host")
    for result in host.values():  # a program may say where it lies
        result.out = result.out.replace(b"../glibc/", b"../quire/")
    host = {key.replace("glibc.", "quire.", 1): value for key, value in host.items()}
    return host, guest.run(cases)


@pytest.mark.xdist_group("our-libc")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case, both):
    differs = difference(case, both)
    known = oracle.pending()
    if differs and oracle.why_pending(case.id, known):
        pytest.xfail(oracle.why_pending(case.id, known))
    if case.id in known and not differs:
        pytest.fail(f"{case.id} passes: remove it from tests/linux/pending")
    if differs:
        pytest.fail(f"{case.id}\n{differs}", pytrace=False)
