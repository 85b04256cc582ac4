"""What is wrong with the site, and what to do about it, in words for admins."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.health import Troubles
from search_index import DegradedReason

#: A job that is due is taken up within seconds; one that waits longer waits for a worker that is not there.
WORKER_MISSING_SECONDS = 180


def notice_words(troubles: Troubles) -> str:
    """Say in a few sentences what is wrong; empty when nothing is. Names no folder, for it stands on every page."""
    said = []
    if troubles.index_problem:
        said.append(search_words(troubles.index_problem))
    if troubles.mails_not_sent:
        not_sent = ngettext("%(num)d mail was not sent.", "%(num)d mails were not sent.", troubles.mails_not_sent)
        said.append(not_sent)
    if troubles.dead_jobs:
        said.append(ngettext("%(num)d job was given up.", "%(num)d jobs were given up.", troubles.dead_jobs))
    if troubles.paused_webhooks:
        paused = ngettext(
            "%(num)d webhook is paused because it failed for days.",
            "%(num)d webhooks are paused because they failed for days.",
            troubles.paused_webhooks,
        )
        said.append(paused)
    if worker_is_missing(troubles):
        said.append(_("The worker is not running: mail and new articles wait. Start it with “portal worker”."))
    return " ".join(said)


def worker_is_missing(troubles: Troubles) -> bool:
    """Whether work waits for longer than a running worker would let it."""
    return troubles.waiting_since_seconds > WORKER_MISSING_SECONDS


def search_words(problem: DegradedReason) -> str:
    """Say what is wrong with the search and what to do instead of wondering."""
    words: dict[DegradedReason, str] = {
        DegradedReason.INDEX_MISSING: _("Search is down: there is no index yet. Run “portal index”."),
        DegradedReason.INDEX_CORRUPT: _("Search is limited: the index is damaged. Run “portal index”."),
        DegradedReason.VECTORS_MISSING: _(
            "Search goes by words alone: the index lacks its vectors. Run “portal index”."
        ),
        DegradedReason.ENCODER_MISSING: _(
            "Search goes by words alone: there is no embedding model. Run “portal doctor”."
        ),
        DegradedReason.ENCODER_FAILED: _("Search goes by words alone: the embedding model fails. Run “portal doctor”."),
        DegradedReason.ENCODER_SLOW: _(
            "Some searches go by words alone: the embedding model takes too long. Give the server more rest, or raise "
            "PORTAL_ENCODER_TIMEOUT_MS."
        ),
    }
    return words[problem]
