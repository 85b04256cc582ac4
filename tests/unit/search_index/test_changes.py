"""Deciding what to write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search_index.catalogue import fingerprint_of
from search_index.changes import plan_changes
from tests.unit.search_index.samples import DELIVERY, ERRORS, REFUND

KNOWN = {each.id: fingerprint_of(each) for each in (DELIVERY, REFUND)}


def test_only_what_differs_is_written() -> None:
    edited = replace(REFUND, title="Another title")
    changes = plan_changes(KNOWN, [DELIVERY, edited, ERRORS], ())
    assert [article for article, _ in changes.written] == [edited, ERRORS]
    assert changes.added == 1


def test_nothing_to_do_is_false() -> None:
    assert not plan_changes(KNOWN, [DELIVERY, REFUND], ["unknown"])


def test_what_is_wanted_is_never_removed() -> None:
    changes = plan_changes(KNOWN, [DELIVERY], [DELIVERY.id, REFUND.id, REFUND.id])
    assert changes.removed == (REFUND.id,)


def test_two_articles_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="delivery-late"):
        plan_changes({}, [DELIVERY, replace(DELIVERY, title="x")], ())
