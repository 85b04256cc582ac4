"""Builds each long-lived object once: the only place that picks implementations.

The parts stand in files by what they are for, each built on the one before: foundation, search, content, mail,
requests, operations.
"""

from __future__ import annotations

from portal.container.operations import OperationParts


class Container(OperationParts):
    """The objects one process works with; each is built at its first use."""
