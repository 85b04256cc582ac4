"""What search engines may find."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from tests.cast import Person
from tests.content_samples import write_files
from tests.unit.web.site.test_articles import FILES


@pytest.fixture(autouse=True)
def _articles(container: Container) -> None:
    container.sync.sync(write_files(container.settings.articles, FILES))


def addresses(client: FlaskClient) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return [str(item.text) for item in ElementTree.fromstring(answer.data).findall("s:url/s:loc", names)]


def test_the_sitemap_names_public_articles(client: FlaskClient) -> None:
    assert addresses(client) == [
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/articles/late",
        "http://127.0.0.1:8000/articles/track",
    ]
    assert b"<lastmod>2026-10-01</lastmod>" in client.get("/sitemap.xml").data


def test_the_sitemap_is_the_same_for_agents(
    client: FlaskClient, ben: Person, sign_in: Callable[[FlaskClient, Person], None]
) -> None:
    before = addresses(client)
    sign_in(client, ben)
    assert addresses(client) == before


def test_robots(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/plain"
    assert "Disallow: /search\n" in text
    assert "Disallow: /talk-to-a-human\n" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
