"""Talk to a human: the form, what is offered while it is filled in, and the receipt."""

from __future__ import annotations

import logging

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.attachments import Attachment
from portal.domain.searches import Surface
from portal.services.handoff import HandoffRequest, parse_reason
from portal.web.access import anyone
from portal.web.context import container, known_journey_id, viewer
from portal.web.forms.conversations import HandoffForm
from portal.web.limits import RateLimit, limited
from portal.web.private_pages import private_page
from portal.web.site import blueprint
from portal.web.uploads import kept_files, takes_files
from search_index import Verdict

logger = logging.getLogger(__name__)

#: Name of the checkboxes by which a customer keeps steps of the journey.
STEP = "step"
#: Characters of an unfinished message that articles are looked for with, from its end, where the writer is.
TEXT_LENGTH = 400
#: A message shorter than this says too little, in characters.
SHORTEST_TEXT = 12
#: Articles offered while somebody writes.
OFFERED = 3


@blueprint.route("/talk-to-a-human", methods=["GET", "POST"])
@anyone
@limited(RateLimit.HAND_OFF, methods=["POST"])
@takes_files
def talk_to_a_human() -> str | BaseResponse:
    """Show the form with the journey; store the request and lead to its receipt."""
    form = HandoffForm()
    files = kept_files(form) if form.validate_on_submit() else None
    if files is not None:
        receipt = container().handoff.submit(_request(form, files))
        return redirect(url_for("site.request_received", key=receipt.token), code=303)
    reason = parse_reason(form.reason.data or request.args.get("reason", ""))
    page = container().handoff.form(known_journey_id(), viewer(), reason)
    if not form.is_submitted():
        form.process(obj=page)
    kept = set(request.form.getlist(STEP)) if form.is_submitted() else {step.key for step in page.journey.steps}
    return render_template("site/handoff.html", page=page, form=form, kept=kept)


@blueprint.get("/talk-to-a-human/received/<key>")
@anyone
def request_received(key: str) -> Response:
    """Thank the customer, with reference, private link and the time of the reply."""
    page = container().conversations.customer_page(key, viewer())
    return private_page(render_template("site/request_received.html", page=page))


@blueprint.get("/talk-to-a-human/suggest")
@anyone
@limited(RateLimit.SUGGEST)
def suggest_for_message() -> Response:
    """Offer articles that fit an unfinished message; an empty list on any trouble."""
    text = request.args.get("text", "")[-TEXT_LENGTH:].strip()
    response = jsonify({"articles": _fitting(text) if len(text) >= SHORTEST_TEXT else []})
    response.headers["Cache-Control"] = "no-store"
    return response


def _request(form: HandoffForm, files: tuple[Attachment, ...]) -> HandoffRequest:
    return HandoffRequest(
        viewer=viewer(),
        journey_id=known_journey_id(),
        kept_steps=frozenset(request.form.getlist(STEP)),
        reason=parse_reason(form.reason.data or ""),
        form_key=form.form_key.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        message=form.message.data or "",
        files=files,
    )


def _fitting(text: str) -> list[dict[str, str]]:
    """Look for articles without remembering the search: what is typed here is meant for a person."""
    try:
        found = container().search.search(text, viewer(), surface=Surface.HANDOFF, limit=OFFERED)
    except Exception:  # whatever is broken must not be noticed by somebody who asks for a human
        logger.exception("No articles could be offered beside the form.")
        return []
    if found.verdict is Verdict.NO_ANSWER:
        return []
    return [{"title": hit.title, "url": f"{request.script_root}{hit.url}"} for hit in found.hits[:OFFERED]]
