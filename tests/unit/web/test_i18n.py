from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask, render_template_string

from portal.app import create_app
from portal.container import Container
from portal.web.context import viewer
from portal.web.i18n import interface_locale
from tests.conftest import NOON


def _render(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context():
        return render_template_string(template, **values).replace("\u202f", " ")


def test_times_are_shown_in_the_time_zone_of_the_site(app: Flask) -> None:
    assert "12:00" in _render(app, "{{ at|format_datetime }}", at=NOON)
    assert _render(app, "{{ at|format_time('short') }}", at=NOON) == "12:00"
    assert _render(app, "{{ at|format_date }}", at=NOON.replace(hour=23, minute=30)) == "18 Nov 2026"
    assert _render(app, "{{ day|format_date }}", day=date(2026, 11, 17)) == "17 Nov 2026"
    assert _render(app, "{{ day|format_date('full') }}", day=date(2026, 11, 17)).replace(",", "") == (
        "Tuesday 17 November 2026"
    )


@pytest.mark.parametrize(
    ("region", "accepted", "shown"),
    [
        ("GB", "", "17 Nov 2026 12:00 17 Nov, 12:00 en"),
        ("US", "", "Nov 17, 2026 12:00 PM Nov 17, 12:00 en"),
        ("", "", "Nov 17, 2026 12:00 PM Nov 17, 12:00 en"),
        ("GB", "de", "17.11.2026 12:00 17. Nov., 12:00 de"),
        ("AT", "de", "17.11.2026 12:00 17. Nov., 12:00 de"),
        ("GB", "pt-BR", "17 de nov. de 2026 12:00 17 de nov., 12:00 pt-BR"),
    ],
)
def test_dates_are_written_as_in_the_region(container: Container, region: str, accepted: str, shown: str) -> None:
    settings = container.settings.model_copy(update={"locales": ("en", "de", "pt-BR"), "region": region})
    app = create_app(settings, Container(settings, container.clock))
    template = "{{ at|format_date }} {{ at|format_time('short') }} {{ at|say_moment }} {{ viewer.locale }}"
    with app.test_request_context(headers={"Accept-Language": accepted}):
        assert render_template_string(template, at=NOON).replace("\u202f", " ") == shown


def test_how_long_ago_counts_from_the_clock(app: Flask) -> None:
    assert _render(app, "{{ at|format_ago }}", at=NOON - timedelta(hours=3)) == "3 hours ago"


def test_numbers_are_grouped(app: Flask) -> None:
    assert _render(app, "{{ 1234567|format_decimal }}") == "1,234,567"


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9", "de"),
        ("fr,en;q=0.5", "en"),
        ("fr", "en"),
        ("pt-BR", "pt-BR"),
        ("*", "en"),
    ],
)
def test_the_language_is_one_the_site_offers(container: Container, accepted: str, locale: str) -> None:
    settings = container.settings.model_copy(update={"locales": ("en", "de", "pt-BR")})
    app = create_app(settings, Container(settings, container.clock))
    with app.test_request_context(headers={"Accept-Language": accepted} if accepted else {}):
        assert interface_locale("en") == locale
        assert viewer().locale == locale


def test_outside_a_request_the_default_speaks() -> None:
    assert interface_locale("en") == "en"
