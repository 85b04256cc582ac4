"""How a click on a hit is noticed without a script or a redirect: the link says which search it stands on."""

from __future__ import annotations

import re

from flask import request

from portal.web.context import container, journey_id, viewer
from portal.web.site import blueprint

#: Argument of an article's address that names the search it was opened from.
SEARCH = "s"

_SEARCH_ID = re.compile(r"[0-9a-f]{32}")
#: Programs that read pages by the thousand; what they open says nothing of what people read.
_PROGRAMS = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl/|wget/|python-", re.IGNORECASE)


@blueprint.app_template_global()
def trail_url(url: str, search_id: str) -> str:
    """Turn the path of a hit into a link that tells which search led there.

    Args:
        url: Path with or without an anchor.
        search_id: Empty where the search was not remembered; the link then tells nothing.
    """
    path, mark, anchor = url.partition("#")
    told = f"?{SEARCH}={search_id}" if search_id else ""
    return f"{request.script_root}{path}{told}{mark}{anchor}"


def record_article_opened(article_id: str) -> None:
    """Remember that the article of the present request was opened, and from which search. Never raises."""
    if not is_read_by_a_person():
        return
    claimed = request.args.get(SEARCH, "")
    search_id = claimed if _SEARCH_ID.fullmatch(claimed) else ""
    container().search.record_view(article_id, viewer(), journey_id(), search_id=search_id)


def is_read_by_a_person() -> bool:
    """Whether the present page is opened for somebody to read, as far as its request tells."""
    return request.method == "GET" and not _reads_ahead() and not _PROGRAMS.search(request.user_agent.string)


def _reads_ahead() -> bool:
    """Whether a browser only fetches the page in case somebody opens it."""
    purposes = (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)
