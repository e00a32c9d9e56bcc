"""What Proofup costs: ``python -m bench``, ratios first, then figures, then the machine.

Owns the measurements behind the bars of the design. It measures and prints; a figure that misses
its bar is marked, and nothing fails, for a machine that is shared or slow is no defect. The
servers it starts are those of the tests.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
