"""Short permanent links to articles, as agents send them."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from portal.domain.users import Role, has_role
from portal.web.access import anyone
from portal.web.context import container, known_journey_id, viewer
from portal.web.site import blueprint
from portal.web.site.trail import is_read_by_a_person


@blueprint.get("/a/<path:article_id>")
@anyone
def short_link(article_id: str) -> Response:
    """Lead to an article as it is called now; browsers keep the section that the link names."""
    path = container().short_links.find(article_id, viewer())
    if is_read_by_a_person() and not has_role(viewer(), Role.AGENT):
        container().short_links.count(article_id, viewer(), known_journey_id())
    return redirect(f"{request.script_root}{path}", code=302)
