"""Talk to a human: the form, what is offered while it is filled in, and the receipt."""

from __future__ import annotations

import logging

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.attachments import Attachment
from portal.domain.conversations import Channel
from portal.domain.searches import Surface
from portal.services.handoff import HandoffReceipt, HandoffRequest, parse_channel, parse_reason
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
        container().live.nudge()
        return redirect(_next_page(form.wished_channel, receipt), code=303)
    reason = parse_reason(form.reason.data or request.args.get("reason", ""))
    page = container().handoff.form(known_journey_id(), viewer(), reason)
    if not form.is_submitted():
        form.process(obj=page, channel=parse_channel(request.args.get("channel", "")).value)
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
    """Offer articles that fit an unfinished message; none for one that must not wait, and none on any trouble."""
    text = request.args.get("text", "")[-TEXT_LENGTH:].strip()
    wanted = len(text) >= SHORTEST_TEXT and not container().handoff.is_urgent(text)
    response = jsonify({"articles": _fitting(text) if wanted else []})
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
        channel=form.wished_channel,
        phone=form.phone.data or "",
        call_at=form.call_at.data or "",
    )


def _next_page(wished: Channel, receipt: HandoffReceipt) -> str:
    """Lead into the chat where there is one, else to the receipt."""
    if receipt.channel is Channel.CHAT:
        return url_for("site.request_page", key=receipt.token)
    if wished is Channel.CHAT:
        flash(_("The last of us has just left the desk, so we answer by e-mail. Nothing of what you wrote is lost."))
    return url_for("site.request_received", key=receipt.token)


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
