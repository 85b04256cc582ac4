"""What a request knows: the container, who is asking, and which journey they are on. The only typed way to it."""

from __future__ import annotations

import secrets
from typing import cast

from flask import current_app, session
from flask_login import current_user

from portal.container import Container
from portal.domain.users import User, Viewer
from portal.web.i18n import interface_locale

#: Key of the journey's id in the session cookie.
JOURNEY = "journey"


def container() -> Container:
    """Return the objects this application was built from."""
    return cast(Container, current_app.extensions["portal"])


def viewer() -> Viewer:
    """Say who is asking."""
    user: User | None = getattr(current_user, "user", None)
    locale = interface_locale(container().settings.default_locale)
    if user is None:
        return Viewer(locale=locale)
    return Viewer(user_id=user.id, name=user.name, email=user.email, role=user.role, locale=locale)


def journey_id() -> str:
    """Return the id of this visitor's journey, beginning one if there is none (32 hexadecimal characters)."""
    if JOURNEY not in session:
        session[JOURNEY] = secrets.token_hex(16)
    return cast(str, session[JOURNEY])


def known_journey_id() -> str:
    """Return the id of this visitor's journey, or an empty text without beginning one."""
    return cast(str, session.get(JOURNEY, ""))
