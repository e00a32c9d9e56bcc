"""Benchmarks: ``python -m bench`` prints ratios first, then figures, then the machine.

Owns the measurements for the performance bars. A figure that misses its bar is marked, but nothing
fails, because the machine may be slow or shared. It starts the same servers as the tests.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
