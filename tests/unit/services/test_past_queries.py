"""Which queries are suggested to others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.redaction import wording_of
from portal.domain.searches import Surface
from portal.domain.users import Viewer
from portal.domain.votes import Vote
from search_index import Verdict
from tests.help_centre import open_help_centre
from tests.search_builders import NOW, add_search

ARTICLE = "hub-offline"


@pytest.fixture
def site(container: Container) -> Container:
    open_help_centre(container)
    return container


def ask(container: Container, who: str, text: str, *, user_id: int | None = None, **changes: object) -> None:
    """Let somebody search and open the article; `clicked=False` leaves it at the search."""
    clicked = changes.pop("clicked", True)
    search_id = f"{who}-{changes.pop('again', '')}{text}"[:32]
    with container.database.work() as work:
        work.journeys.touch(who, NOW, user_id)
        add_search(work, ARTICLE, id=search_id, journey_id=who, query=text, wording=wording_of(text), **changes)
        if clicked:
            work.searches.mark_clicked(search_id, ARTICLE, NOW + timedelta(seconds=5))


def suggested(container: Container, prefix: str) -> list[str]:
    container.past_queries.refresh()
    return [each.text for each in container.search.suggest(prefix, Viewer()) if each.url.startswith("/search?q=")]


def test_what_three_people_asked_with_success(site: Container) -> None:
    for who in ("ann", "ben"):
        ask(site, who, "Ring stays orange?")
    assert suggested(site, "ring") == []
    ask(site, "cem", "ring stays orange")
    assert suggested(site, "ring") == ["ring stays orange"]
    (shown, *_) = site.search.suggest("ring", Viewer())
    assert shown.url == "/search?q=ring%20stays%20orange"


def test_one_person_counts_once(site: Container) -> None:
    for number in range(4):
        ask(site, "ann", "ring stays orange", again=number)
        ask(site, f"visit-{number}", "ring stays amber", user_id=7)
    assert suggested(site, "ring") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"clicked": False},
        {"verdict": Verdict.UNSURE},
        {"surface": Surface.AGENTS},
        {"text": "ring of [email] is orange"},
        {"text": "ring 0171 2345678 is orange"},
    ],
)
def test_what_is_never_suggested(site: Container, changes: dict[str, object]) -> None:
    text = str(changes.get("text", "ring stays orange"))
    others = {name: value for name, value in changes.items() if name != "text"}
    for who in ("ann", "ben", "cem", "dan"):
        ask(site, who, text, **others)
    assert suggested(site, "ring") == []


def test_a_yes_counts_as_a_click(site: Container) -> None:
    for who in ("ann", "ben", "cem"):
        ask(site, who, "ring stays orange", clicked=False)
        with site.database.work() as work:
            work.votes.put(
                Vote(
                    journey_id=who,
                    article_id=ARTICLE,
                    helpful=True,
                    reason=None,
                    comment="",
                    search_id=f"{who}-ring stays orange",
                    at=NOW,
                )
            )
    assert suggested(site, "ring") == ["ring stays orange"]


def test_an_article_withdrawn_takes_its_queries_along(site: Container) -> None:
    for who in ("ann", "ben", "cem"):
        ask(site, who, "ring stays orange")
    assert suggested(site, "ring") == ["ring stays orange"]
    with site.database.work() as work:
        work.articles.archive([ARTICLE])
    assert [each.text for each in site.search.suggest("ring", Viewer())] == []


def test_a_forgotten_log_suggests_nothing(site: Container) -> None:
    for who in ("ann", "ben", "cem"):
        ask(site, who, "ring stays orange")
    assert suggested(site, "ring") == ["ring stays orange"]
    with site.database.work() as work:
        work.retention.forget_visits(NOW + timedelta(days=1))
    assert suggested(site, "ring") == []
