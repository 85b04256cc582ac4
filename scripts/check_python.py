"""Stops with a clear sentence where Python is too old, too new, or cannot make virtual environments."""

import sys

OLDEST, TOO_NEW = (3, 11), (3, 14)

if not OLDEST <= sys.version_info[:2] < TOO_NEW:
    sys.exit(
        "Python 3.11, 3.12 or 3.13 is needed, and this is %d.%d. Install one and say which: make run PYTHON=python3.12"
        % sys.version_info[:2]
    )
try:
    import ensurepip  # noqa: F401
except ImportError:
    sys.exit("This Python cannot make virtual environments. On Debian or Ubuntu run: apt-get install python3-venv")
