"""A narrow page to stand beside a ticket elsewhere: articles that fit its text, to be copied."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer
from portal.web.security import CONTENT_SECURITY_POLICY

#: Opens the panel in a small window with the text that is selected on any page.
BOOKMARKLET = (
    "javascript:(()=>{{const t=String(getSelection()).trim().slice(0,600);"
    "open('{url}?text='+encodeURIComponent(t),'portal-panel','width=420,height=760,noopener')}})()"
)


@blueprint.get("/panel")
@role_required(Role.AGENT)
def panel() -> Response:
    """Show the articles that fit a text."""
    text = request.args.get("text", "")[:2_000]
    found = container().article_picks.search(text, viewer())
    response = make_response(render_template("agents/panel.html", text=text, picks=found))
    ancestors = container().settings.panel_ancestors.split()
    if ancestors:
        framed = f"frame-ancestors 'self' {' '.join(ancestors)}"
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", framed)
    return response


@blueprint.get("/panel/help")
@role_required(Role.AGENT)
def panel_help() -> str:
    """Say how to use the panel beside another system, with a bookmarklet."""
    address = f"{container().settings.public_url.rstrip('/')}/agents/panel"
    ancestors = container().settings.panel_ancestors.split()
    bookmarklet = BOOKMARKLET.format(url=address)
    return render_template("agents/panel_help.html", address=address, bookmarklet=bookmarklet, ancestors=ancestors)
