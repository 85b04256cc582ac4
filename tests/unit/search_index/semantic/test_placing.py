"""Rows told apart by their segments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.semantic.placing import split_rows


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.data())
def test_every_row_is_given_once_to_the_segment_it_lies_in(sizes: list[int], data: st.DataObject) -> None:
    firsts = np.cumsum([0, *sizes], dtype=np.int64)
    rows = np.array(data.draw(st.lists(st.integers(0, sum(sizes) - 1))), dtype=np.int64)
    found = np.full(len(rows), -1)
    for at, owner, inner in split_rows(firsts, rows):
        assert ((inner >= 0) & (inner < sizes[owner])).all()
        assert (found[at] == -1).all()
        found[at] = inner + firsts[owner]
    np.testing.assert_array_equal(found, rows)


@pytest.mark.parametrize("row", [-1, 5])
def test_a_row_that_is_not_there_is_named(row: int) -> None:
    with pytest.raises(IndexError, match=str(row)):
        list(split_rows(np.array([0, 2, 5]), np.array([row])))
