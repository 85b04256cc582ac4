from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from portal.web.request_log import LOGGER


def test_a_line_names_the_route_and_nobody(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER):
        client.get("/sign-in?next=/requests/a-private-token&email=ada@ostrel.example")
        client.get("/nowhere/ada@ostrel.example")
        client.get("/static/css/tokens.css")
    lines = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["GET /sign-in 200", "GET /<path:path> 404"]
