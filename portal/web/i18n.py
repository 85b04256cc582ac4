"""In which language and time zone a page speaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from flask import Flask, request
from flask_babel import (
    Babel,
    force_locale,
    format_date,
    format_datetime,
    format_decimal,
    format_time,
    format_timedelta,
    get_locale,
)

from portal.domain.clock import Clock
from portal.integrations.phrases import regional_name
from portal.settings import Settings


def configure_i18n(app: Flask, settings: Settings, clock: Clock) -> None:
    """Choose language and time zone, and give templates the filters that show numbers and times in them."""

    def select_locale() -> str:
        wanted = request.accept_languages.best_match(settings.locales, settings.default_locale)
        return _babel_name(wanted or settings.default_locale)

    Babel(
        app,
        default_locale=_babel_name(settings.default_locale),
        default_timezone=settings.time_zone,
        locale_selector=select_locale,
        timezone_selector=lambda: settings.time_zone,
    )

    def format_ago(at: datetime) -> str:
        """Say how long ago something was, as in “3 hours ago”."""
        return str(format_timedelta(at - clock.now(), add_direction=True))

    def as_written_there(show: Callable[..., str]) -> Callable[..., str]:
        """Have a filter write as the region does; the language of the page, which chooses articles, stays."""

        @wraps(show)
        def shown(*values: object, **options: object) -> str:
            with force_locale(regional_name(interface_locale(settings.default_locale), settings.region)):
                return show(*values, **options)

        return shown

    filters = (format_date, format_datetime, format_time, format_decimal, format_ago)
    app.jinja_env.filters.update({function.__name__: as_written_there(function) for function in filters})


def interface_locale(default: str) -> str:
    """Return the language of the present page as a BCP 47 tag; the default outside a request."""
    locale = get_locale()
    return default if locale is None else str(locale).replace("_", "-")


def _babel_name(tag: str) -> str:
    return tag.replace("-", "_")
