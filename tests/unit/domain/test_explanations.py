"""Only those who work here may read why a search came out as it did."""

from __future__ import annotations

import pytest

from portal.domain.explanations import may_read_explanations
from portal.domain.users import Role, Viewer


@pytest.mark.parametrize(
    ("role", "may"),
    [(None, False), (Role.CUSTOMER, False), (Role.AGENT, True), (Role.WRITER, True), (Role.ADMIN, True)],
)
def test_customers_may_not(role: Role | None, may: bool) -> None:
    assert may_read_explanations(Viewer(role=role)) is may
