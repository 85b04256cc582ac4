"""What every answer carries so that browsers guard it, and what every form carries so that nobody forges it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, request, session
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.settings import Settings
from portal.web.access import DECLARATION

#: Scripts, styles and pictures come from this site alone, none of them inline.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

#: What no page of ours needs, and no script that slipped in shall have.
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

#: For how long browsers remember to come by https only, in seconds: a year.
HSTS_SECONDS = 31_536_000

#: Forms of other sites that carry a signature in the place of our token.
SIGNED_FORMS = ("portal.web.site.identity.identify_by_form",)

#: Key under which Flask-Login keeps the person in the session.
SIGNED_IN = "_user_id"


def configure_security(app: Flask, settings: Settings, secret_key: str) -> None:
    """Set cookies, sizes, form tokens, headers and trust in proxies."""
    app.config.update(cookie_config(settings, secret_key), MAX_CONTENT_LENGTH=settings.max_request_bytes)
    # Flask would refuse long texts in forms below the limit above.
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_request_bytes
    # A token lives as long as its session, so that a request written slowly can still be sent; the Referer is not
    # asked for, because private pages send none.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    protect = CSRFProtect(app)
    for view in SIGNED_FORMS:
        protect.exempt(view)
    app.after_request(lambda response: guard(response, secure=settings.secure_cookies))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def cookie_config(settings: Settings, secret_key: str) -> dict[str, object]:
    """Return Flask's settings for the session cookie.

    Over TLS the name's prefix makes browsers refuse a cookie that a sister domain tries to plant.
    """
    return {
        "SECRET_KEY": secret_key,
        "SESSION_COOKIE_NAME": "__Host-portal" if settings.secure_cookies else "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.session_days),
    }


def guard(response: Response, *, secure: bool) -> Response:
    """Add the headers that every answer carries; a view's own choice stays."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
    if is_personal() and (response.mimetype == "text/html" or "Cache-Control" not in headers):
        headers["Cache-Control"] = "no-store"
    elif request.endpoint != "static":
        headers.setdefault("Cache-Control", "private, no-cache")
    return response


def is_personal() -> bool:
    """Whether the answer may show something of one person: keep it out of every cache, on shared screens too."""
    if request.endpoint == "static":
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return SIGNED_IN in session or getattr(view, DECLARATION, "anyone") != "anyone"
