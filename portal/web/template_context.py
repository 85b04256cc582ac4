"""What every page knows, the error page included: none of it may ever fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, request

from portal.domain.users import Role, Viewer, has_role
from portal.settings import Settings
from portal.web.context import container, viewer
from portal.web.health_words import notice_words

logger = logging.getLogger(__name__)


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
