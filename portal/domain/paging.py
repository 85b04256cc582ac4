"""Long lists shown a page, or worked through a batch, at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

Each = TypeVar("Each")


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


def batches(items: Iterable[Each], size: int) -> Iterator[list[Each]]:
    """Yield items so many at a time, in their order, the last few perhaps fewer; nothing for no items."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
