"""Proofup: multi-factor authentication that an organisation runs itself.

The floors of this package, from the street down, are named in ``pyproject.toml`` under
``tool.importlinter``; imports point down, and a linter holds that.
"""

__version__ = "0.1.0"
