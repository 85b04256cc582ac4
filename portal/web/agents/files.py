"""Files of a request, for agents."""

from __future__ import annotations

from flask import Response

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container
from portal.web.uploads import file_answer, picture_answer


@blueprint.get("/requests/<reference>/files/<name>")
@role_required(Role.AGENT)
def request_file(reference: str, name: str) -> Response:
    """Hand out a file."""
    return file_answer(container().attachments.agent_file(reference, name))


@blueprint.get("/requests/<reference>/pictures/<name>")
@role_required(Role.AGENT)
def request_picture(reference: str, name: str) -> Response:
    """Show a picture."""
    return picture_answer(container().attachments.agent_file(reference, name))
