"""Who is signed in: the session names a person and the epoch of their password; the database confirms both."""

from __future__ import annotations

import re

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user

from portal.domain.errors import SignInRequired
from portal.domain.users import User
from portal.web.context import JOURNEY, container, viewer

_SESSION_ID = re.compile(r"(?P<user>[0-9]{1,18})\.(?P<epoch>[0-9]{1,9})")


class SessionUser(UserMixin):  # type: ignore[misc]
    """A person as Flask-Login wants them."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        """Return what the session keeps: the person's id and the epoch of their password."""
        return f"{self.user.id}.{self.user.session_epoch}"


def configure_auth(app: Flask) -> None:
    """Let the application know who is signed in."""
    manager = LoginManager()
    manager.user_loader(load_session_user)
    # Its own protection marks a session as stale when an address changes, which telephones do all day.
    manager.session_protection = None
    # Its context processor would ask the database on every page, the error page included.
    manager.init_app(app, add_context_processor=False)


def load_session_user(session_id: str) -> SessionUser | None:
    """Return the person of a session; None when it has ended or names nobody."""
    named = _SESSION_ID.fullmatch(session_id)
    if named is None:
        return None
    user = container().people.find_in_session(int(named["user"]), int(named["epoch"]))
    return None if user is None else SessionUser(user)


def begin_session(user: User) -> None:
    """Sign a person in with a fresh session; the journey goes on, everything else from before ends."""
    journey = session.get(JOURNEY)
    session.clear()
    if journey is not None:
        session[JOURNEY] = journey
    login_user(SessionUser(user))


def end_session() -> None:
    """Sign out; the journey ends too, for the next person at this screen."""
    session.clear()


def signed_in_user_id() -> int:
    """Return the id of the person who is asking.

    Raises:
        SignInRequired: If nobody is signed in.
    """
    user_id = viewer().user_id
    if user_id is None:
        raise SignInRequired("Please sign in to open this page.")
    return user_id
