"""Coming from the company's own site, which says in a signed token who the customer is."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.identity import RefusedToken, TokenFault
from portal.domain.users import Role, has_role
from portal.web.access import anyone
from portal.web.auth import begin_session
from portal.web.context import container, viewer
from portal.web.limits import RateLimit, limited
from portal.web.private_pages import private_page
from portal.web.return_to import NEXT, home_path, safe_path
from portal.web.site import blueprint

FORBIDDEN = 403


@blueprint.get("/identify")
@anyone
@limited(RateLimit.SIGN_IN)
def identify() -> Response:
    """Let a customer in who followed a signed link."""
    return _identified(request.args.get("token", ""), request.args.get(NEXT, ""))


@blueprint.post("/identify")
@anyone
@limited(RateLimit.SIGN_IN)
def identify_by_form() -> Response:
    """The same for a form of the company's site, which keeps the token out of addresses; its signature is the proof."""
    return _identified(request.form.get("token", ""), request.form.get(NEXT, ""))


def _identified(token: str, way: str) -> Response:
    back = f"{request.script_root}{safe_path(way)}" if safe_path(way) else home_path()
    if has_role(viewer(), Role.AGENT):
        flash(_("You are signed in with your own account, so nothing was changed. Sign out first to try this."), "info")
        return redirect(back, code=303)
    try:
        user = container().identities.identify(token)
    except RefusedToken as refused:
        page = private_page(render_template("site/not_identified.html", reason=_reason(refused.fault)))
        page.status_code = FORBIDDEN
        return page
    begin_session(user)
    answer = redirect(back, code=303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reason(fault: TokenFault) -> str:
    """Say why the link did not work, as far as it helps the customer."""
    words = {
        TokenFault.EXPIRED: _("The link has expired: such links are good for a few minutes only."),
        TokenFault.USED: _("The link was used before, and each is good once."),
        TokenFault.STAFF: _("The address belongs to somebody who works here, and they sign in with their password."),
        TokenFault.CLOSED: _("The account is closed."),
    }
    return str(words.get(fault, _("The link is not complete, or was not made for this site.")))
