"""Long lists shown a page at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpan:
    """Where a page lies in its list.

    Attributes:
        number: Of the page, from 1.
        last: Number of the last page, at least 1.
        offset: Entries before it.
    """

    number: int
    last: int
    offset: int


def choose_page(wanted: int, total: int, per_page: int) -> PageSpan:
    """Find a page; a number below the first gives the first, one beyond the last gives the last.

    Args:
        total: Entries of the list, 0 or more.
        per_page: Entries of a page, at least 1.
    """
    last = max(1, -(-total // per_page))
    number = min(max(wanted, 1), last)
    return PageSpan(number=number, last=last, offset=(number - 1) * per_page)
