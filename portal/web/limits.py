"""How often one address may ask. A view names its limit; the numbers stand in the settings.

@blueprint.get("/search")
@anyone
@limited(RateLimit.SEARCH)
def search() -> str: ...
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from flask import Flask
from flask_limiter import Limiter, RateLimitExceeded

from portal.domain.errors import TooManyAttempts
from portal.settings import Settings
from portal.web.visitors import visitor_network

View = TypeVar("View", bound=Callable[..., object])

#: Attribute on a view function that holds its limit and the methods it counts.
LIMIT = "portal_limit"


class RateLimit(StrEnum):
    """What is limited; views that share a limit share its count."""

    SEARCH = "search"
    SUGGEST = "suggest"
    VOTE = "vote"
    HAND_OFF = "hand_off"
    MESSAGE = "message"
    LIVE = "live"
    SIGN_IN = "sign_in"


def limited(limit: RateLimit, *, methods: Collection[str] = ()) -> Callable[[View], View]:
    """Declare that a view is limited; below `@blueprint.route`, in any order with the declaration of access.

    Args:
        limit: Which count the view shares.
        methods: HTTP methods that are counted; empty means all.
    """

    def decorate(view: View) -> View:
        setattr(view, LIMIT, (limit, tuple(methods)))
        return view

    return decorate


def configure_limits(app: Flask, settings: Settings) -> None:
    """Put each view that declares a limit behind it; to be called when all views are registered.

    Counts are held in memory by each process: they slow down a flood, they are no ledger.
    """
    limiter = Limiter(visitor_network, app=app, storage_uri="memory://", enabled=settings.rate_limits)
    rates = rates_of(settings)
    for endpoint, view in app.view_functions.items():
        declared = getattr(view, LIMIT, None)
        if declared is not None:
            limit, methods = declared
            counted = limiter.shared_limit(rates[limit], scope=limit.value, methods=list(methods) or None)(view)
            app.view_functions[endpoint] = _explaining(counted, limiter)


def rates_of(settings: Settings) -> dict[RateLimit, str]:
    """Return each limit in the words of the limiter, such as ``120 per minute``."""
    return {
        RateLimit.SEARCH: f"{settings.searches_per_minute} per minute",
        RateLimit.SUGGEST: f"{settings.suggestions_per_minute} per minute",
        RateLimit.VOTE: f"{settings.votes_per_minute} per minute",
        RateLimit.HAND_OFF: f"{settings.handoffs_per_hour} per hour",
        RateLimit.MESSAGE: f"{settings.messages_per_minute} per minute",
        RateLimit.LIVE: f"{settings.live_requests_per_minute} per minute",
        RateLimit.SIGN_IN: f"{settings.sign_ins_per_minute} per minute",
    }


def _explaining(view: Callable[..., Any], limiter: Limiter) -> Callable[..., Any]:
    """Turn the limiter's exception into ours, which says when to come back."""

    @wraps(view)
    def explained(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except RateLimitExceeded as error:
            reached = limiter.current_limit
            wait_seconds = max(1, int(reached.reset_at - time.time())) if reached else 60
            raise TooManyAttempts("That was a little too fast.", retry_after_seconds=wait_seconds) from error

    return explained
