"""Files of a request, for its customer."""

from __future__ import annotations

from flask import Response

from portal.web.access import anyone
from portal.web.context import container, viewer
from portal.web.site import blueprint
from portal.web.uploads import file_answer, picture_answer


@blueprint.get("/requests/<key>/files/<name>")
@anyone
def request_file(key: str, name: str) -> Response:
    """Hand a file out to whoever holds the request's private link, or to the signed-in customer who sent it."""
    return file_answer(container().attachments.customer_file(key, viewer(), name))


@blueprint.get("/requests/<key>/pictures/<name>")
@anyone
def request_picture(key: str, name: str) -> Response:
    """Show a picture to the same people."""
    return picture_answer(container().attachments.customer_file(key, viewer(), name))
