"""Writers see what customers could not find, and nobody else does."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.searches import FailedKind
from tests.cast import Cast, Person
from tests.search_builders import NOW, add_search

SignIn = Callable[[FlaskClient, Person], None]
URL = "/writers/failed-searches"


@pytest.fixture
def writer(app: Flask, chloe: Person, sign_in: SignIn) -> FlaskClient:
    browser = app.test_client()
    sign_in(browser, chloe)
    return browser


def fail(container: Container, search_id: str, kind: FailedKind = FailedKind.NO_ANSWER, **changes: object) -> None:
    with container.database.work() as work:
        add_search(work, id=search_id, **changes)
        work.failed_searches.add([search_id], kind, NOW)


def test_groups_stand_in_a_table_and_markup_stays_text(writer: FlaskClient, container: Container) -> None:
    fail(container, "1", query="pianos <b>?", wording="pianos")
    fail(container, "2", FailedKind.HANDED_OFF, query="Pianos <b>", wording="pianos", at=NOW + timedelta(seconds=1))
    html = writer.get(URL).get_data(as_text=True)
    assert "Pianos &lt;b&gt;" in html
    assert "No article" in html
    assert "Went to a human" in html
    assert re.search(r'<td [^>]*class="number">2</td>', html)


def test_the_list_can_be_narrowed(writer: FlaskClient, container: Container) -> None:
    fail(container, "1", query="young", wording="young")
    fail(container, "2", FailedKind.NO_CLICK, query="old one", wording="old one", at=NOW - timedelta(days=40))
    assert "old one" not in writer.get(URL).get_data(as_text=True)
    assert "old one" in writer.get(f"{URL}?days=90").get_data(as_text=True)
    narrowed = writer.get(f"{URL}?days=90&kind=no_click").get_data(as_text=True)
    assert "old one" in narrowed
    assert "young" not in narrowed


@pytest.mark.parametrize(
    "arguments", ["days=x", "days=-1", "days=99999999", "kind=nonsense", "page=0", "page=x", "page=99"]
)
def test_nonsense_in_the_address_is_left_out(writer: FlaskClient, container: Container, arguments: str) -> None:
    fail(container, "1", query="young")
    answer = writer.get(f"{URL}?{arguments}")
    assert answer.status_code == 200
    assert b"young" in answer.data


def test_pages_lead_on(writer: FlaskClient, container: Container) -> None:
    for number in range(51):
        fail(container, str(number), wording=f"question {number}", query=f"question {number}")
    first = writer.get(f"{URL}?days=7&kind=no_answer").get_data(as_text=True)
    assert f"{URL}?days=7&amp;kind=no_answer&amp;page=2" in first
    assert "51 wordings" in first
    assert writer.get(f"{URL}?page=2").get_data(as_text=True).count('scope="row"') == 1


def test_an_empty_list_offers_one_next_step(writer: FlaskClient) -> None:
    html = writer.get(URL).get_data(as_text=True)
    assert "No failed searches in this time" in html
    assert f"{URL}?days=365" in html


def test_the_download_is_a_table_that_calculates_nothing(writer: FlaskClient, container: Container) -> None:
    fail(container, "1", query='=HYPERLINK("x"), then "y"\n退货', wording="hyperlink")
    answer = writer.get(f"{URL}.csv?days=90&kind=no_answer")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="failed-searches-90-days.csv"'
    text = answer.data.decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text, newline=""))
    assert head[0] == "query"
    assert row[0] == '\'=HYPERLINK("x"), then "y"\n退货'


def test_the_desk_leads_to_the_list(writer: FlaskClient) -> None:
    for url in ("/writers", "/writers/"):
        assert f'href="{URL}"' in writer.get(url, follow_redirects=True).text


@pytest.mark.parametrize("url", ["/writers/", URL, f"{URL}.csv"])
def test_only_writers_may_look(strict_app: Flask, cast: Cast, sign_in: SignIn, url: str) -> None:
    statuses = {}
    for name in ("ada", "ben", "chloe", "dan"):
        browser = strict_app.test_client()
        sign_in(browser, getattr(cast, name))
        statuses[name] = browser.get(url, follow_redirects=True).status_code
    assert statuses == {"ada": 403, "ben": 403, "chloe": 200, "dan": 200}
    stranger = strict_app.test_client().get(url)
    assert stranger.status_code in {302, 303}
    assert "/sign-in" in stranger.location
