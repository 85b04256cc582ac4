"""Rows of a generation told apart by the segment they lie in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def split_rows(firsts: Numbers, rows: NDArray[np.integer]) -> Iterator[tuple[NDArray[np.intp], int, Numbers]]:
    """Give the places within `rows` of each segment's rows, the segment's number, and its rows counted within it.

    Args:
        firsts: Row at which each segment begins, and as the last the number of all rows.
        rows: In any order.

    Raises:
        IndexError: There is no such row.
    """
    numbers = np.asarray(rows, dtype=np.int64)
    size = int(firsts[-1])
    if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) < size:
        raise IndexError(f"There are {size} rows; {int(numbers.min())} to {int(numbers.max())} were asked for.")
    owners = np.searchsorted(firsts, numbers, side="right") - 1
    for owner in np.unique(owners).tolist():
        at = np.flatnonzero(owners == owner)
        yield at, owner, numbers[at] - firsts[owner]
