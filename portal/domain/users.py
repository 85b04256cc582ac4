"""People: who has an account, and who is standing at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.articles import Audience


class Role(StrEnum):
    """What a person is to the company; each role may do all that the one before it may."""

    CUSTOMER = "customer"
    AGENT = "agent"
    WRITER = "writer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an account.

    Attributes:
        email: Lower-cased, unique.
        session_epoch: Raised when the password changes; sessions of an older epoch end.
    """

    id: int
    email: str
    name: str
    role: Role
    session_epoch: int
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whoever is asking, signed in or not."""

    user_id: int | None = None
    name: str = ""
    email: str = ""
    role: Role | None = None
    locale: str = "en"

    @property
    def signed_in(self) -> bool:
        """Whether this viewer has proved who they are."""
        return self.user_id is not None

    @property
    def first_name(self) -> str:
        """The name for a greeting; empty when unknown."""
        return self.name.split()[0] if self.name.strip() else ""

    @property
    def audiences(self) -> frozenset[Audience]:
        """The audiences whose articles this viewer may see."""
        return audiences_of(self.role)


def audiences_of(role: Role | None) -> frozenset[Audience]:
    """Say which audiences a role belongs to; None is a viewer who is not signed in."""
    audiences = {Audience.PUBLIC}
    if role is not None:
        audiences.add(Audience.CUSTOMERS)
    if role in (Role.AGENT, Role.WRITER, Role.ADMIN):
        audiences.add(Audience.AGENTS)
    if role in (Role.WRITER, Role.ADMIN):
        audiences.add(Audience.WRITERS)
    return frozenset(audiences)


def has_role(viewer: Viewer, wanted: Role) -> bool:
    """Whether the viewer's role is the wanted one or a later one."""
    order = list(Role)
    return viewer.role is not None and order.index(viewer.role) >= order.index(wanted)


def normalise_email(text: str) -> str:
    """Bring an e-mail address to the form accounts are known by: trimmed, lower-cased, without NUL."""
    return text.replace("\x00", "").strip().lower()
