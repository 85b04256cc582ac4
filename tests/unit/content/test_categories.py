"""The shelves of the help centre."""

from __future__ import annotations

import pytest

from portal.content.categories import complete_categories, nearest_category, read_categories
from portal.domain.articles import Audience
from portal.domain.errors import ContentError

TEXT = """
- slug: orders
  title: Orders
  description: Buy things.
  icon: bag
- slug: for-agents
  audience: agents
"""


def test_categories_in_the_order_of_the_file() -> None:
    orders, agents = read_categories(TEXT)
    assert (orders.slug, orders.title, orders.icon, orders.position) == ("orders", "Orders", "bag", 0)
    assert (agents.title, agents.icon, agents.audience, agents.position) == ("For agents", "book", Audience.AGENTS, 1)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff"])
def test_no_categories(text: str) -> None:
    assert read_categories(text) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("orders: 1", "must be a list"),
        ("- orders", "must have keys"),
        ("- title: Orders", "has no “slug”"),
        ("- slug: a\n- slug: a", "there twice"),
        ("- slug: a\n  audience: all", "not an audience"),
        ("- slug: [a", "cannot be read"),
    ],
)
def test_files_that_cannot_be_used(text: str, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        read_categories(text)


def test_folders_nobody_described_come_last() -> None:
    completed = complete_categories(read_categories(TEXT), ["orders", "returns-and_refunds", "delivery"])
    assert [item.slug for item in completed] == ["orders", "for-agents", "delivery", "returns-and_refunds"]
    assert completed[3].title == "Returns and refunds"
    assert [item.position for item in completed] == [0, 1, 2, 3]


def test_the_nearest_category() -> None:
    assert nearest_category("order", read_categories(TEXT)) == "orders"
    assert nearest_category("zzz", read_categories(TEXT)) == ""
