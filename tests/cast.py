"""The cast of the tests: four people who could be anybody."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.users import Role, User, Viewer
from portal.services.people import PeopleService

PASSWORD = "nine purple lanterns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the cast, with the password they sign in with."""

    user: User
    password: str = PASSWORD

    @property
    def viewer(self) -> Viewer:
        """The person standing at the door, signed in."""
        user = self.user
        return Viewer(user_id=user.id, name=user.name, email=user.email, role=user.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A customer, an agent, a writer and an admin."""

    ada: Person
    ben: Person
    chloe: Person
    dan: Person


def gather_cast(people: PeopleService) -> Cast:
    """Open the accounts of all four."""

    def person(name: str, role: Role) -> Person:
        email = f"{name.split(maxsplit=1)[0].lower()}@ostrel.example"
        return Person(user=people.add(email=email, name=name, role=role, password=PASSWORD))

    return Cast(
        ada=person("Ada Berg", Role.CUSTOMER),
        ben=person("Ben Okafor", Role.AGENT),
        chloe=person("Chloe Martin", Role.WRITER),
        dan=person("Dan Novak", Role.ADMIN),
    )
