"""Pages of long lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.paging import PageSpan, batches, choose_page


@pytest.mark.parametrize(
    ("wanted", "total", "expected"),
    [
        (1, 0, PageSpan(number=1, last=1, offset=0)),
        (1, 50, PageSpan(number=1, last=1, offset=0)),
        (2, 51, PageSpan(number=2, last=2, offset=50)),
        (-3, 51, PageSpan(number=1, last=2, offset=0)),
        (99, 101, PageSpan(number=3, last=3, offset=100)),
    ],
)
def test_a_page_is_where_it_should_be(wanted: int, total: int, expected: PageSpan) -> None:
    assert choose_page(wanted, total, 50) == expected


@given(st.integers(0, 500), st.integers(1, 60))
def test_pages_cover_the_list_without_gaps(total: int, per_page: int) -> None:
    last = choose_page(1, total, per_page).last
    offsets = [choose_page(number, total, per_page).offset for number in range(1, last + 1)]
    assert offsets == [per_page * place for place in range(last)]
    assert offsets[-1] < max(total, 1) <= offsets[-1] + per_page


@given(st.lists(st.integers()), st.integers(1, 9))
def test_batches_hold_everything_in_order_and_none_is_too_large(items: list[int], size: int) -> None:
    found = list(batches(iter(items), size))
    assert [item for batch in found for item in batch] == items
    assert all(0 < len(batch) <= size for batch in found)
