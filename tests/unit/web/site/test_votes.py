"""Two buttons, a reason after a no, and a human in front."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.searches import FailedKind
from portal.domain.votes import VoteReason
from search_index import Verdict
from tests.help_centre import open_help_centre

URL = "/articles/hub-offline"
Html = Callable[[str], str]


@pytest.fixture(autouse=True)
def _help_centre(container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)


def html_of(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def journey_of(client: FlaskClient) -> str:
    with client.session_transaction() as session:
        return str(session["journey"])


def test_an_article_asks_whether_it_helped(client: FlaskClient) -> None:
    html = html_of(client, URL)
    assert "Was this helpful?" in html
    assert re.search(r'<button[^>]*name="helpful" value="yes"', html)
    assert re.search(r'<button[^>]*name="helpful" value="no"', html)
    assert f'action="{URL}/vote"' in html


def test_a_yes_is_thanked(client: FlaskClient, container: Container) -> None:
    answer = client.post(f"{URL}/vote", data={"helpful": "yes"})
    assert (answer.status_code, answer.location) == (303, f"{URL}?voted=yes#vote")
    assert "good to know that this helped" in html_of(client, answer.location.partition("#")[0])
    with container.database.read() as work:
        assert work.votes.count("hub-offline") == (1, 0)


def test_a_no_brings_the_human_and_asks_for_the_reason(client: FlaskClient, container: Container) -> None:
    answer = client.post(f"{URL}/vote", data={"helpful": "no"})
    assert answer.location == f"{URL}?voted=no#vote"
    html = html_of(client, f"{URL}?voted=no")
    section = html[html.index('id="vote"') :]
    assert section.index("/talk-to-a-human?reason=voted_down") < section.index("What went wrong?")
    for reason in VoteReason:
        assert f'value="{reason.value}"' in section
    said = {"helpful": "no", "reason": "outdated", "comment": "My mail is ada@example.com"}
    answer = client.post(f"{URL}/vote", data=said)
    assert answer.location == f"{URL}?voted=thanks#vote"
    assert "Our writers will look at this article." in html_of(client, f"{URL}?voted=thanks")
    with container.database.read() as work:
        vote = work.votes.find(journey_of(client), "hub-offline")
    assert vote is not None
    assert (vote.helpful, vote.reason, vote.comment) == (False, VoteReason.OUTDATED, "My mail is [email]")


def test_a_no_marks_the_search_that_led_there(client: FlaskClient, container: Container) -> None:
    found = re.search(r"/articles/hub-offline\?s=([0-9a-f]{32})", html_of(client, "/search?q=hub+amber+ring"))
    assert found is not None
    client.get(found[0])
    client.post(f"{URL}/vote", data={"helpful": "no"})
    with container.database.read() as work:
        assert FailedKind.VOTED_DOWN in work.failed_searches.kinds_of(found[1])


@pytest.mark.parametrize(
    "data",
    [{}, {"helpful": "maybe"}, {"helpful": "no", "reason": "hacked"}, {"helpful": "no", "comment": "x" * 2_001}],
)
def test_what_is_no_vote_is_refused(strict_app: Flask, container: Container, data: dict[str, str]) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    assert strict_app.test_client().post(f"{URL}/vote", data=data).status_code == 400
    with container.database.read() as work:
        assert work.votes.count("hub-offline") == (0, 0)


def test_an_article_for_others_cannot_be_voted_on(strict_app: Flask) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    browser = strict_app.test_client()
    for slug in ("agents-refund-orders", "nothing-here"):
        assert browser.post(f"/articles/{slug}/vote", data={"helpful": "no"}).status_code == 404


def test_a_vote_needs_the_forms_token(strict_app: Flask, container: Container) -> None:
    assert strict_app.test_client().post(f"{URL}/vote", data={"helpful": "yes"}).status_code == 400
    with container.database.read() as work:
        assert work.votes.count("hub-offline") == (0, 0)
