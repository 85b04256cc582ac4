"""For how long an article is in sight, told by its page when it is left."""

from __future__ import annotations

from flask import Response, request

from portal.web.access import anyone
from portal.web.context import container, known_journey_id, viewer
from portal.web.limits import RateLimit, limited
from portal.web.site import blueprint

#: Longest time that one page may tell at once, in seconds.
MOST_SECONDS = 1_800


@blueprint.post("/articles/<slug>/read")
@anyone
@limited(RateLimit.LIVE)
def article_read(slug: str) -> Response:
    """Add the seconds for which an article was in sight to its reading."""
    seconds = request.form.get("seconds", 0, type=int)
    if known_journey_id() and 0 < seconds <= MOST_SECONDS:
        container().reading.record_reading(slug, viewer(), known_journey_id(), seconds)
    return Response(status=204, headers={"Cache-Control": "no-store"})
