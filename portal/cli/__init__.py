"""The `portal` command: one file per noun, progress bars where work is long."""

from __future__ import annotations

from portal.cli.main import main as main
