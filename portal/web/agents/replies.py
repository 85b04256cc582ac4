"""What writing an answer needs while it is written: a preview, canned replies filled in, and articles to link."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask_babel import gettext as _

from portal.content.messages import render_message
from portal.domain.article_picks import ArticlePick
from portal.domain.canned_replies import variables_in
from portal.domain.conversations import MAX_MESSAGE_LENGTH, clean_text
from portal.domain.errors import InvalidInput
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer


@blueprint.post("/preview")
@role_required(Role.AGENT)
def preview() -> Response:
    """Return how an answer will look to its customer."""
    text = clean_text(request.form.get("message", ""))
    if len(text) > MAX_MESSAGE_LENGTH:
        raise InvalidInput(_("This is too long to be sent as one message."), field="message")
    html = render_message(text)
    return jsonify({"html": html.text if html else "", "left": list(variables_in(text))})


@blueprint.get("/requests/<reference>/canned/<int:reply_id>")
@role_required(Role.AGENT)
def filled_canned_reply(reference: str, reply_id: int) -> Response:
    """Return a canned reply filled in for a request, and which variables are left."""
    article_id = request.args.get("article", "")
    text = container().canned_replies.filled(reply_id, reference, viewer(), article_id)
    return jsonify({"text": text, "left": list(variables_in(text))})


@blueprint.get("/requests/<reference>/articles")
@role_required(Role.AGENT)
def articles_for_reply(reference: str) -> Response:
    """Return the articles that fit an agent's words, or without words those that fit the conversation."""
    words, picks = request.args.get("q", ""), container().article_picks
    found = picks.search(words, viewer(), reference) if words.strip() else picks.offer(reference, viewer())
    return jsonify({"articles": [pick_json(pick) for pick in found]})


def pick_json(pick: ArticlePick) -> dict[str, object]:
    """Return an article as the picker takes it."""
    return {
        "id": pick.article_id,
        "title": pick.title,
        "path": f"{request.script_root}{pick.path}",
        "section": pick.section_heading,
        "summary": pick.summary,
        "hidden": not pick.recipient_may_see,
        "read": pick.read,
        "unhelpful": pick.unhelpful,
        "link": pick.link,
        "quote": pick.quote,
        "steps": pick.steps,
    }
