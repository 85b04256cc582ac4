"""Errors turned into pages: the only place that knows which error is which status code.

A page says what happened, that nothing was lost, and what to do. It renders with database and index broken; should
even its template fail, a page without template takes its place.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from html import escape

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    PortalError,
    SignInRequired,
    TooManyAttempts,
)
from portal.web.error_words import FORGED, ErrorWords, words_for, words_for_files, words_for_waiting
from portal.web.return_to import sign_in_url
from portal.web.typed_text import TypedText, typed_texts
from portal.web.uploads import attachment_limits, drain_request, limit_words, request_takes_files

logger = logging.getLogger(__name__)

STATUS: dict[type[PortalError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    SignInRequired: 401,
    InvalidInput: 400,
    Conflict: 409,
    TooManyAttempts: 429,
}
INTERNAL_ERROR = 500
UNAUTHORISED = 401
BAD_REQUEST = 400
TOO_LARGE = 413

#: Addresses that answer JSON, their errors too, whatever the client says it accepts.
JSON_PATHS = ("/suggest", "/talk-to-a-human/suggest", "/healthz", "/readyz")

#: Errors whose own sentence is written for the person who reads the page.
SPEAKING = (InvalidInput, Conflict, NotAllowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What an error page shows.

    Attributes:
        incident: Stands in the log beside the cause; empty for errors that need no looking up.
        typed: What the visitor had typed, to be copied.
        sign_in_url: Where to sign in, for those who must; otherwise empty.
    """

    status: int
    words: ErrorWords
    detail: str = ""
    incident: str = ""
    typed: tuple[TypedText, ...] = ()
    sign_in_url: str = ""


def configure_errors(app: Flask) -> None:
    """Turn every exception that leaves a view into a page, or into JSON where JSON was asked for."""
    app.register_error_handler(PortalError, answer_portal_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_surprise)


def answer_portal_error(error: PortalError) -> BaseResponse:
    """Answer an error that was raised on purpose."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), None)
    if status is None:
        return answer_surprise(error)
    if status == UNAUTHORISED and request.method == "GET" and not wants_json():
        return redirect(sign_in_url(), code=303)
    if isinstance(error, TooManyAttempts):
        answer = answer_with(status, words=words_for_waiting(error.retry_after_seconds))
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
        return answer
    return answer_with(status, detail=str(error) if isinstance(error, SPEAKING) else "")


def answer_http_error(error: HTTPException) -> BaseResponse:
    """Answer an error that Flask raised, such as an address that leads nowhere."""
    ready = error.get_response()
    if ready.status_code < BAD_REQUEST or error.response is not None:
        return ready
    answer = answer_with(ready.status_code, words=_words_about(error, ready.status_code))
    for header in ("Allow", "Retry-After", "WWW-Authenticate"):
        if header in ready.headers:
            answer.headers[header] = ready.headers[header]
    return answer


def _words_about(error: HTTPException, status: int) -> ErrorWords | None:
    if isinstance(error, CSRFError):
        return words_for(FORGED)
    if status != TOO_LARGE:
        return None
    drain_request()
    return words_for_files(limit_words(attachment_limits())) if request_takes_files() else None


def answer_surprise(error: Exception) -> BaseResponse:
    """Answer an error that nobody foresaw: logged under an incident number, which the page names."""
    if current_app.testing and current_app.config["PROPAGATE_EXCEPTIONS"] is not False:
        raise error
    incident = secrets.token_hex(4)
    route = request.url_rule.rule if request.url_rule else "(no route)"
    logger.error("Incident %s at %s %s", incident, request.method, route, exc_info=error)
    return answer_with(INTERNAL_ERROR, incident=incident)


def answer_with(status: int, *, words: ErrorWords | None = None, detail: str = "", incident: str = "") -> Response:
    """Build the answer for one status."""
    said = words or words_for(status)
    if wants_json():
        return json_answer(status, said, detail=detail, incident=incident)
    page = ErrorPage(
        status=status,
        words=said,
        detail=detail,
        incident=incident,
        typed=typed_texts(),
        sign_in_url=sign_in_url() if status == UNAUTHORISED else "",
    )
    return make_response(render_safely(page), status)


def json_answer(status: int, words: ErrorWords, *, detail: str, incident: str) -> Response:
    """Build the answer for a script."""
    error = {"status": status, "title": words.title, "message": detail or words.text, "incident": incident}
    answer = jsonify({"error": {key: value for key, value in error.items() if value}})
    answer.status_code = status
    return answer


def render_safely(page: ErrorPage) -> str:
    """Render the page; without template, style and links from elsewhere should even that fail."""
    try:
        return render_template("error.html", page=page)
    except Exception:  # nothing may keep a visitor from being told
        logger.exception("The error page could not be rendered; a bare one was shown.")
        return bare_page(page)


def bare_page(page: ErrorPage) -> str:
    """Return a page that needs nothing but this function."""
    root = escape(request.script_root)
    incident = f"<p>{escape(page.incident)}</p>" if page.incident else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.words.title)}</title><h1>{escape(page.words.title)}</h1>"
        f"<p>{escape(page.words.text)}</p><p>{escape(page.words.advice)}</p>{incident}"
        f'<p><a href="{root}/">{escape(_("Home"))}</a> · '
        f'<a href="{root}/talk-to-a-human">{escape(_("Talk to a human"))}</a></p></html>'
    )


def wants_json() -> bool:
    """Whether whoever asked is a script."""
    if request.path in JSON_PATHS:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"
