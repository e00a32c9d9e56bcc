"""The demo is outside the package: this makes the parent of its folder importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
