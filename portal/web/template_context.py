"""What every page knows, the error page included: none of it may ever fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.health import Troubles
from portal.domain.users import Role, Viewer, has_role
from portal.settings import Settings
from portal.web.context import container, viewer

logger = logging.getLogger(__name__)

#: A job that is due is taken up within seconds; one that waits longer waits for a worker that is not there.
WORKER_MISSING_SECONDS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """How the help centre calls itself."""

    site_name: str
    company_name: str


def configure_template_context(app: Flask, settings: Settings) -> None:
    """Give all templates `viewer`, `site`, `talk_to_human_url` and `admin_notice`."""
    site = Site(site_name=settings.site_name, company_name=settings.company_name)

    def names() -> dict[str, object]:
        who = viewer_or_stranger(settings.default_locale)
        return {
            "viewer": who,
            "site": site,
            "talk_to_human_url": f"{request.script_root}/talk-to-a-human",
            "admin_notice": admin_notice(who),
        }

    app.context_processor(names)


def viewer_or_stranger(locale: str) -> Viewer:
    """Say who is asking; whoever cannot be looked up is taken for a stranger."""
    try:
        return viewer()
    except Exception:  # a page that explains a broken database must not need it
        logger.warning("The viewer could not be looked up; the page is shown as to a stranger.", exc_info=True)
        return Viewer(locale=locale)


def admin_notice(who: Viewer) -> str:
    """Return what an admin should know of on any page; empty for others, and when all is well."""
    try:
        return notice_words(container().health.troubles()) if has_role(who, Role.ADMIN) else ""
    except Exception:  # as above
        logger.warning("The notice for admins could not be made.", exc_info=True)
        return ""


def notice_words(troubles: Troubles) -> str:
    """Say in a few sentences what is wrong; empty when nothing is."""
    said = []
    if troubles.index_detail:
        said.append(_("Search is limited: %(detail)s Run: portal index", detail=troubles.index_detail))
    if troubles.mails_not_sent:
        not_sent = ngettext("%(num)d mail was not sent.", "%(num)d mails were not sent.", troubles.mails_not_sent)
        said.append(not_sent)
    if troubles.dead_jobs:
        said.append(ngettext("%(num)d job was given up.", "%(num)d jobs were given up.", troubles.dead_jobs))
    if troubles.waiting_since_seconds > WORKER_MISSING_SECONDS:
        said.append(_("The worker is not running: mail and new articles wait. Start it with: portal worker"))
    return " ".join(said)
