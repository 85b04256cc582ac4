"""`python -m portal` is the `portal` command."""

from __future__ import annotations

from portal.cli import main

main()
