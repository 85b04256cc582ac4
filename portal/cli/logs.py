"""What a command that runs for long writes to standard error."""

from __future__ import annotations

import logging


def configure_logging() -> None:
    """Log our own doings, and of libraries only what went wrong."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("portal", "search_index"):
        logging.getLogger(name).setLevel(logging.INFO)
