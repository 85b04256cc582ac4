from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, render_template_string


def test_a_time_is_said_in_the_zone_of_the_site(app: Flask) -> None:
    at = datetime(2026, 11, 22, 18, 25, tzinfo=UTC)
    with app.test_request_context("/"):
        assert render_template_string("{{ at|say_moment }}", at=at) == "22 Nov, 19:25"
