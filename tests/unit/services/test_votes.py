"""A vote is stored redacted, once per journey, and a no tells of the search behind it."""

from __future__ import annotations

import pytest

from portal.container import Container
from portal.domain.articles import ArticleState, Audience
from portal.domain.errors import NotFound
from portal.domain.searches import FailedKind
from portal.domain.users import Role, Viewer
from portal.domain.votes import MAX_COMMENT_CHARACTERS, VoteReason
from portal.services.votes import Opinion
from tests.search_builders import JOURNEY, add_search, put_article

STRANGER = Viewer()
NO = Opinion(helpful=False)


@pytest.fixture(autouse=True)
def _article(container: Container) -> None:
    put_article(container.database, "hub-offline")


def led_by(container: Container, **changes: object) -> str:
    with container.database.work() as work:
        search = add_search(work, "hub-offline", **changes)
        work.journeys.add_view(JOURNEY, "hub-offline", container.clock.now(), search_id=search.id)
        return search.id


def kinds(container: Container, search_id: str) -> frozenset[FailedKind]:
    with container.database.read() as work:
        return work.failed_searches.kinds_of(search_id)


def test_a_no_with_its_reason_replaces_the_bare_no(container: Container) -> None:
    container.votes.vote("hub-offline", STRANGER, JOURNEY, NO)
    said = Opinion(helpful=False, reason=VoteReason.UNCLEAR, comment=" Mail me: ada@example.com\x00 ")
    stored = container.votes.vote("hub-offline", STRANGER, JOURNEY, said)
    assert (stored.reason, stored.comment) == (VoteReason.UNCLEAR, "Mail me: [email]")
    with container.database.read() as work:
        assert work.votes.find(JOURNEY, "hub-offline") == stored
        assert work.votes.count("hub-offline") == (0, 1)


def test_a_no_makes_the_search_behind_it_a_failed_one_and_a_yes_takes_it_back(container: Container) -> None:
    search_id = led_by(container)
    assert container.votes.vote("hub-offline", STRANGER, JOURNEY, NO).search_id == search_id
    assert kinds(container, search_id) == {FailedKind.VOTED_DOWN}
    container.votes.vote("hub-offline", STRANGER, JOURNEY, Opinion(helpful=True))
    assert kinds(container, search_id) == frozenset()


def test_a_vote_without_a_search_is_stored_all_the_same(container: Container) -> None:
    assert container.votes.vote("hub-offline", STRANGER, JOURNEY, NO).search_id == ""


def test_a_yes_has_no_reason(container: Container) -> None:
    opinion = Opinion(helpful=True, reason=VoteReason.OTHER)
    assert container.votes.vote("hub-offline", STRANGER, JOURNEY, opinion).reason is None


def test_a_long_comment_is_cut(container: Container) -> None:
    stored = container.votes.vote("hub-offline", STRANGER, JOURNEY, Opinion(helpful=False, comment="x" * 9_999))
    assert len(stored.comment) == MAX_COMMENT_CHARACTERS


def test_what_a_viewer_may_not_see_cannot_be_voted_on(container: Container) -> None:
    put_article(container.database, "secret", audience=Audience.AGENTS)
    put_article(container.database, "draft", state=ArticleState.DRAFT)
    for slug in ("secret", "draft", "nothing"):
        with pytest.raises(NotFound):
            container.votes.vote(slug, STRANGER, JOURNEY, NO)
    agent = Viewer(user_id=2, role=Role.AGENT)
    assert container.votes.vote("secret", agent, JOURNEY, NO).article_id == "secret"


def test_a_search_that_helped_does_not_fail_with_its_journey(container: Container) -> None:
    search_id = led_by(container)
    with container.database.work() as work:
        add_search(work, id="other")
    container.votes.vote("hub-offline", STRANGER, JOURNEY, Opinion(helpful=True))
    now = container.clock.now()
    with container.database.work() as work:
        assert work.failed_searches.add_for_journey(JOURNEY, FailedKind.HANDED_OFF, now, now) == 1
    assert kinds(container, search_id) == frozenset()
    assert kinds(container, "other") == {FailedKind.HANDED_OFF}
