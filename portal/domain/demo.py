"""Four people to try the site as; their passwords are in the README and therefore no secret."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.users import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody to try the site as."""

    email: str
    name: str
    role: Role
    password: str


DEMO_PEOPLE = (
    DemoPerson(
        email="customer@ostrel.example", name="Carla Customer", role=Role.CUSTOMER, password="customer at the door"
    ),
    DemoPerson(email="agent@ostrel.example", name="Amir Agent", role=Role.AGENT, password="agent at the desk"),
    DemoPerson(email="writer@ostrel.example", name="Wanda Writer", role=Role.WRITER, password="writer at the keys"),
    DemoPerson(email="admin@ostrel.example", name="Ada Admin", role=Role.ADMIN, password="admin at the helm"),
)
