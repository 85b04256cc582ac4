"""Content gaps: what customers could not find, ranked, and each on its way to an article that is proved to help."""

from __future__ import annotations

from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.errors import InvalidInput
from portal.domain.gap_replays import PROOF_PERCENT, PROOF_RANK
from portal.domain.gaps import MINUTES_PER_ASKER, GapState, minutes_lost
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.context import container, viewer
from portal.web.writers import blueprint
from portal.web.writers.failed_searches import kind_words
from portal.web.writers.gap_words import (
    arithmetic,
    cause_words,
    event_words,
    state_words,
    trend_bars,
    verdict_words,
)


@blueprint.get("/")
@role_required(Role.WRITER)
def desk() -> BaseResponse:
    """Lead to what writers come for."""
    return redirect(url_for("writers.gaps"))


@blueprint.get("/gaps")
@role_required(Role.WRITER)
def gaps() -> str:
    """Show the gaps that are open, or those in one state, the most expensive first."""
    state = request.args.get("state", "")
    wanted = GapState(state) if state in set(GapState) else None
    page = container().gaps.list_page(wanted, request.args.get("page", 1, type=int))
    return render_template(
        "writers/gaps.html",
        page=page,
        states=state_words(),
        kinds=kind_words(),
        arithmetic=arithmetic,
        minutes_lost=minutes_lost,
        trend_bars=trend_bars,
        asker_minutes=MINUTES_PER_ASKER,
        percent=PROOF_PERCENT,
    )


@blueprint.get("/gaps/<int:gap_id>")
@role_required(Role.WRITER)
def gap(gap_id: int) -> str:
    """Show one gap with all that helps to close it."""
    page = container().gaps.page(gap_id, viewer())
    look = container().gap_replays.look(gap_id)
    wanted = request.args.get("find", "")[:200]
    words = None
    if look.cause is not None:
        words = cause_words(look.cause, nearest=look.near[0].title if look.near else "", hidden=look.hidden)
    return render_template(
        "writers/gap.html",
        page=page,
        look=look,
        cause=words,
        wanted=wanted,
        found=container().gaps.find_articles(wanted, viewer()),
        outline=container().gaps.outline(gap_id)[1],
        words={"state": state_words(), "event": event_words(), "verdict": verdict_words(), "kind": kind_words()},
        arithmetic=arithmetic(page.gap.figures, page.handoff_minutes),
        bars=trend_bars(page.gap.figures.weeks),
        proof={"percent": PROOF_PERCENT, "rank": PROOF_RANK},
    )


@blueprint.get("/gaps/<int:gap_id>.md")
@role_required(Role.WRITER)
def gap_outline(gap_id: int) -> Response:
    """Send the beginning of an article that would close a gap, as a file for the articles folder."""
    name, markdown = container().gaps.outline(gap_id)
    response = Response(markdown, mimetype="text/markdown")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/gaps/<int:gap_id>/state")
@role_required(Role.WRITER)
def set_gap_state(gap_id: int) -> BaseResponse:
    """Bring a gap into another state."""
    wanted = request.form.get("state", "")
    try:
        state = container().gaps.set_state(gap_id, wanted, viewer(), reason=request.form.get("reason", ""))
    except InvalidInput as error:
        flash(str(error), "error")
    else:
        flash(_("This gap is now: %(state)s.", state=state_words()[state]), "success")
    return _back(gap_id)


@blueprint.post("/gaps/<int:gap_id>/plan")
@role_required(Role.WRITER)
def plan_gap(gap_id: int) -> BaseResponse:
    """Say who writes, and until when."""
    try:
        due = date.fromisoformat(request.form["due"]) if request.form.get("due") else None
        container().gaps.plan(gap_id, viewer(), owner_id=request.form.get("owner", type=int), due=due)
    except InvalidInput as error:
        flash(str(error), "error")
    except ValueError:
        flash(_("Please give the day as year, month and day, such as 2027-01-31."), "error")
    else:
        flash(_("Saved."), "success")
    return _back(gap_id)


@blueprint.post("/gaps/<int:gap_id>/article")
@role_required(Role.WRITER)
def link_gap(gap_id: int) -> BaseResponse:
    """Say which article is to close a gap."""
    article_id = request.form.get("article_id", "")
    container().gaps.link_article(gap_id, article_id, viewer())
    if article_id:
        flash(_("Linked. Its searches are asked again in a moment, and each time the article changes."), "success")
    else:
        flash(_("No article is linked any more."), "success")
    return _back(gap_id)


@blueprint.post("/gaps/<int:gap_id>/name")
@role_required(Role.WRITER)
def rename_gap(gap_id: int) -> BaseResponse:
    """Name a gap."""
    try:
        container().gaps.rename(gap_id, request.form.get("name", ""))
    except InvalidInput as error:
        flash(str(error), "error")
    else:
        flash(_("Saved. The name stays, whatever customers ask next."), "success")
    return _back(gap_id)


@blueprint.post("/gaps/<int:gap_id>/merge")
@role_required(Role.WRITER)
def merge_gap(gap_id: int) -> BaseResponse:
    """Take another gap's wordings into this one."""
    try:
        container().gaps.merge(gap_id, request.form.get("other", 0, type=int), viewer())
    except InvalidInput as error:
        flash(str(error), "error")
    else:
        flash(_("Merged. These wordings stay together from now on."), "success")
    return _back(gap_id)


@blueprint.post("/gaps/<int:gap_id>/split")
@role_required(Role.WRITER)
def split_gap(gap_id: int) -> BaseResponse:
    """Make a gap of its own of some wordings."""
    try:
        new_id = container().gaps.split(gap_id, request.form.getlist("wording"), viewer())
    except InvalidInput as error:
        flash(str(error), "error")
        return _back(gap_id)
    flash(_("This is the new gap. Its wordings stay apart from now on."), "success")
    return _back(new_id)


@blueprint.post("/gaps/<int:gap_id>/replay")
@role_required(Role.WRITER)
def replay_gap(gap_id: int) -> BaseResponse:
    """Ask a gap's wordings again now."""
    replay = container().gap_replays.replay(gap_id)
    if replay is None:
        flash(_("Search is not whole at the moment, so nothing was proved. Please try again later."), "warning")
    else:
        said = ngettext("%(num)d wording was asked again.", "%(num)d wordings were asked again.", replay.asked)
        flash(f"{said} {_('The article answers %(passed)d.', passed=replay.passed)}", "success")
    return redirect(url_for("writers.gap", gap_id=gap_id, _anchor="proof"), code=303)


def _back(gap_id: int) -> BaseResponse:
    return redirect(url_for("writers.gap", gap_id=gap_id), code=303)
