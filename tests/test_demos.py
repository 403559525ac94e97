"""The demonstrations succeed; each checks its own claim on the frames."""

import pytest

from conftest import ROOT

NAMES = sorted(path.stem for path in (ROOT / "user/bin").glob("demo-*.c"))


@pytest.mark.parametrize("name", NAMES)
def test_demo(boot, name):
    output = boot.run(name)
    assert "audit clean" in output
