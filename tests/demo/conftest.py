"""The demo is a program beside the package: its folder's parent is made importable here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
