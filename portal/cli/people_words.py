"""People as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from portal.domain.demo import DemoPerson
from portal.domain.users import User


def demo_table(people: Sequence[DemoPerson]) -> Table:
    """Show how to sign in as the people of the demonstration."""
    table = Table(title="To try the site, sign in as", title_justify="left", box=None, pad_edge=False)
    for column in ("Role", "E-mail", "Password"):
        table.add_column(column)
    for person in people:
        table.add_row(person.role.value, person.email, person.password)
    return table


def people_table(people: Sequence[User]) -> Table:
    """Show who has an account."""
    table = Table(box=None, pad_edge=False)
    for column in ("E-mail", "Name", "Role", "Since", "State"):
        table.add_column(column)
    for user in people:
        state = "active" if user.active else "closed"
        table.add_row(user.email, user.name, user.role.value, f"{user.created_at:%Y-%m-%d}", state)
    return table
