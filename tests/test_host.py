"""The host tests: mm/ and the parsers under ASan and UBSan, one case for each
executable. Their claims are counted one by one."""

import re
import subprocess

import pytest

from conftest import BUILD, ROOT

NAMES = sorted(path.stem for path in (ROOT / "tests/host").glob("test_*.c"))


@pytest.mark.parametrize("name", NAMES)
def test_host(name, record_property):
    result = subprocess.run(
        [BUILD / "host" / name], capture_output=True, text=True, timeout=280
    )
    output = result.stdout + result.stderr
    passed = len(re.findall(r"^\[       OK \]", output, re.M))
    failed = len(re.findall(r"^\[  FAILED  \] \w+$", output, re.M)) // 2
    if result.returncode != 0:
        failed = max(failed, 1)
    print(output)
    record_property("points", (passed, failed))
    assert result.returncode == 0, f"{name}: status {result.returncode}"
    assert passed > 0, f"{name} tested nothing"
