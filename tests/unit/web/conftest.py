"""Browsers of people that several surfaces meet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Person


@pytest.fixture
def agent(client: FlaskClient, ben: Person, sign_in: Callable[[FlaskClient, Person], None]) -> FlaskClient:
    """Ben's browser."""
    sign_in(client, ben)
    return client
