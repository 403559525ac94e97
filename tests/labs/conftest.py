"""Fixtures and results of the labs' checks: see tools/labs/checks.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from labs.checks import *  # noqa: E402, F401, F403
