"""For how long an article was in sight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.journeys import StepKind
from portal.storage.journeys import LONGEST_OPEN, MOST_READ_SECONDS
from tests.conversation_builders import again, store
from tests.help_centre import open_help_centre

BROWSER = {"User-Agent": "Mozilla/5.0"}


def read_seconds(client: FlaskClient, container: Container) -> list[int]:
    with client.session_transaction() as session:
        journey_id = session.get("journey", "")
    with container.database.read() as work:
        steps = work.journeys.journey_steps(journey_id).steps
    return [step.seconds for step in steps if step.kind is StepKind.OPENED]


def tell(client: FlaskClient, seconds: object, slug: str = "hub-offline") -> int:
    return client.post(f"/articles/{slug}/read", data={"seconds": str(seconds)}).status_code


def test_seconds_are_added_to_the_reading(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    assert "/articles/hub-offline/read" in client.get("/articles/hub-offline", headers=BROWSER).get_data(as_text=True)
    assert tell(client, 40) == 204
    assert tell(client, 25) == 204
    assert read_seconds(client, container) == [65]


@pytest.mark.parametrize("seconds", ["", "x", -5, 0, 10**9, "1e3"])
def test_nonsense_adds_nothing(client: FlaskClient, container: Container, seconds: object) -> None:
    open_help_centre(container)
    client.get("/articles/hub-offline", headers=BROWSER)
    assert tell(client, seconds) == 204
    assert read_seconds(client, container) == [0]


def test_nobody_reads_for_hours(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    client.get("/articles/hub-offline", headers=BROWSER)
    for _ in range(9):
        tell(client, 1_800)
    assert read_seconds(client, container) == [MOST_READ_SECONDS]


def test_what_was_never_opened_or_long_ago_adds_nothing(
    client: FlaskClient, container: Container, clock: FrozenClock
) -> None:
    open_help_centre(container)
    assert tell(client, 30) == 204
    client.get("/articles/hub-offline", headers=BROWSER)
    assert tell(client, 30, "return-an-item") == 204
    assert tell(client, 30, "nowhere") == 204
    clock.move(LONGEST_OPEN + timedelta(minutes=1))
    assert tell(client, 30) == 204
    assert read_seconds(client, container) == [0]


def test_an_agent_reads_for_how_long_an_article_was_read(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    client.get("/articles/hub-offline", headers=BROWSER)
    tell(client, 130)
    with client.session_transaction() as session:
        journey_id = session["journey"]
    with container.database.read() as work:
        journey = work.journeys.journey_steps(journey_id)
    asked = store(container, journey=journey)
    assert [step.seconds for step in again(container, asked).journey.steps] == [130]
