"""``python -m proofup`` is ``proofup``."""

from proofup.cli import main

if __name__ == "__main__":
    main()
