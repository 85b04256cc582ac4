"""A real help centre in Markdown, with all that Jekyll sites leave behind: every article must come in and read well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.articles import Article, Audience
from portal.domain.sync import SyncReport

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "logingov_help" / "raw"
ARTICLES = 54
LEFTOVERS = ("{{", "{%", "{:", "<button", "<script", "![", "](", "<noscript")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="The development data is not beside this checkout.")


@pytest.fixture
def report(container: Container) -> SyncReport:
    return container.sync.sync(FOLDER)


@pytest.fixture
def articles(container: Container, report: SyncReport) -> list[Article]:
    with container.database.read() as work:
        ids = [item.id for item in work.articles.list_all([Audience.PUBLIC])]
        return [work.articles.get(article_id, [Audience.PUBLIC]) for article_id in ids]


def test_all_articles_come_in_without_errors(report: SyncReport) -> None:
    assert report.errors == ()
    assert len(report.added) == ARTICLES


def test_what_leads_nowhere_is_said_with_file_and_line(report: SyncReport) -> None:
    lines = [problem for problem in report.warnings if problem.line is not None]
    assert len(lines) < ARTICLES
    for problem in lines:
        assert (FOLDER / problem.path).is_file()


def test_a_second_import_changes_nothing(container: Container, report: SyncReport) -> None:
    again = container.sync.sync(FOLDER)
    assert (again.kept, again.touched) == (ARTICLES, False)
    assert again.warnings == report.warnings


def test_every_article_reads_well(articles: list[Article]) -> None:
    assert len(articles) == ARTICLES
    for article in articles:
        assert not [trace for trace in LEFTOVERS if trace in article.html.text], article.id
        text = " ".join(section.text for section in article.sections)
        assert len(text.split()) > 20, article.id
        assert not [trace for trace in LEFTOVERS if trace in text], article.id
        levels = [int(level) for level in re.findall(r"<h(\d)", article.html.text)]
        assert all(level >= 2 for level in levels)
        anchors = [section.anchor for section in article.sections if section.anchor]
        # Sections that hold nothing but links are read, not searched.
        assert len(anchors) == len(set(anchors)) <= len(levels)
        for anchor in anchors:
            assert f'id="{anchor}"' in article.html.text


def test_accordions_lists_and_notes_survive(articles: list[Article]) -> None:
    by_slug = {article.slug: article for article in articles}
    accordion = by_slug["face-or-touch-unlock"]
    assert "Mobile devices" in [section.heading for section in accordion.sections]
    assert "<li>✗ Military IDs</li>" in by_slug["accepted-id-type"].html.text
    assert '<div class="admonition warning">' in by_slug["irs"].html.text
    assert "<th><strong>Error Code</strong></th>" in by_slug["irs"].html.text
    steps = by_slug["face-or-touch-unlock"].html.text
    assert steps.index("<ol>") < steps.index("Choose a device nickname") < steps.index("</ol>")


def test_links_and_old_addresses_lead_to_articles(articles: list[Article], client: FlaskClient) -> None:
    slugs = {article.slug for article in articles}
    for article in articles:
        for slug in re.findall(r'href="/articles/([^"#]+)', article.html.text):
            assert slug in slugs
    answer = client.get("/help/signing-in/personal-key-not-working/")
    assert (answer.status_code, answer.location) == (301, "/articles/issues-with-authentication-methods")


def test_pages_are_served(client: FlaskClient, articles: list[Article]) -> None:
    assert "Trouble signing in" in client.get("/").get_data(as_text=True)
    for article in articles:
        assert client.get(f"/articles/{article.slug}").status_code == 200
