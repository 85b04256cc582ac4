"""Who may enter which route: every view says so with one decorator; a test walks all routes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from portal.domain.errors import NotAllowed, SignInRequired
from portal.domain.users import Role, has_role
from portal.web.context import viewer

View = TypeVar("View", bound=Callable[..., object])

#: Attribute on a view function that holds its declaration, for the test.
DECLARATION = "portal_access"


def anyone(view: View) -> View:
    """Let everybody in."""
    setattr(view, DECLARATION, "anyone")
    return view


def role_required(role: Role) -> Callable[[View], View]:
    """Let in viewers whose role is this one or a later one; send others to sign in, or refuse them."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            who = viewer()
            if not who.signed_in:
                raise SignInRequired("Please sign in to open this page.")
            if not has_role(who, role):
                raise NotAllowed("Your account may not open this page. Ask an admin if you need it.")
            return view(*args, **kwargs)

        setattr(guarded, DECLARATION, role.value)
        return guarded  # type: ignore[return-value]

    return decorate
