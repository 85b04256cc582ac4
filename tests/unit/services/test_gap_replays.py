"""Only a gap's own searches verify it, and only an article that customers may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.articles import Audience
from portal.domain.clock import FrozenClock
from portal.domain.errors import NotFound
from portal.domain.gap_replays import GapCause
from portal.domain.gaps import Gap, GapEvent, GapState
from portal.domain.jobs import JobState
from portal.domain.searches import FailedKind, SearchPage
from portal.domain.users import Role, Viewer
from portal.services.gap_replays import GapReplays
from portal.storage.rows import ArticleRow
from search_index import DegradedReason, IndexedArticle, SearchMode, Section, Verdict
from tests.cast import Person
from tests.gap_builders import fail, find_by_hashing, gaps
from tests.help_centre import ARTICLES, index_articles, indexed, open_help_centre
from tests.search_builders import put_article

HOUR = timedelta(hours=1)
#: Ten ways to say it, near one another, because they share most words.
_ENDS = ("here", "now", "please", "today", "cheap", "used", "new", "black", "white", "old")
WORDINGS = tuple(f"do you sell grand pianos {word}" for word in _ENDS)
SECTION = Section(anchor="a", heading="Pianos", text="We sell grand pianos: do you want one? Here, now, please, today.")


@pytest.fixture(autouse=True)
def _site(container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    find_by_hashing(container)


def publish(
    container: Container, clock: FrozenClock, article_id: str = "pianos", audience: Audience = Audience.PUBLIC
) -> None:
    """Publish an article later than everything so far."""
    clock.move(HOUR)
    put_article(container.database, article_id, "Grand pianos", sections=(SECTION,), audience=audience)
    with container.database.work() as work:
        row = work.session.get(ArticleRow, article_id)
        assert row is not None
        row.published_at = clock.now()
    article = IndexedArticle(id=article_id, title="Grand pianos", audience=audience.value, sections=(SECTION,))
    index_articles(container, (*map(indexed, ARTICLES), article), verdict=Verdict.ANSWERED)
    container.__dict__.pop("search", None)
    container.__dict__.pop("gap_replays", None)


def one_gap(container: Container, *wordings: str) -> Gap:
    for wording in wordings or WORDINGS[:5]:
        fail(container, wording)
    container.gap_finding.refresh()
    (gap,) = gaps(container)
    return gap


def again(container: Container) -> Gap:
    (gap,) = gaps(container)
    return gap


def test_an_article_that_appears_verifies_by_itself(container: Container, clock: FrozenClock) -> None:
    one_gap(container)
    assert container.gap_replays.replay_all() is None
    assert again(container).state is GapState.NEW
    publish(container, clock)
    container.gap_replays.replay_all()
    gap = again(container)
    assert (gap.state, gap.article_id, gap.verified_at) == (GapState.VERIFIED, "pianos", clock.now())
    assert [(note.event, note.by) for note in gap.history] == [(GapEvent.PROVED, "")]
    (replay,) = container.gaps.page(gap.id, Viewer(role=Role.WRITER)).replays
    assert (replay.asked, replay.passed, replay.article_id) == (5, 5, "pianos")
    assert replay.rows[0].before is not None
    assert replay.rows[0].before.verdict is Verdict.NO_ANSWER
    assert replay.rows[0].after.best == "Grand pianos"


def test_an_article_for_agents_verifies_nothing(container: Container, clock: FrozenClock) -> None:
    gap = one_gap(container)
    publish(container, clock, audience=Audience.AGENTS)
    container.gap_replays.replay_all()
    assert again(container).state is GapState.NEW
    container.gaps.link_article(gap.id, "pianos", Viewer(role=Role.WRITER, name="Chloe"))
    replay = container.gap_replays.replay(gap.id)
    assert replay is not None
    assert replay.passed == 0
    assert again(container).state is GapState.PUBLISHED


def test_what_is_verified_falls_out_again(container: Container, clock: FrozenClock) -> None:
    one_gap(container)
    publish(container, clock)
    container.gap_replays.replay_all()
    with container.database.work() as work:
        work.articles.archive(["pianos"])
    clock.move(HOUR)
    container.gap_replays.replay_all()
    gap = again(container)
    assert (gap.state, gap.history[-1].event, gap.verified_at) == (GapState.NEW, GapEvent.FELL_OUT, None)
    assert gap.article_id == "pianos"
    container.gap_replays.replay_all()
    replays = container.gaps.page(gap.id, Viewer(role=Role.WRITER)).replays
    assert [replay.passed for replay in replays] == [0, 5]


def asking(container: Container, answer: Callable[[str], bool | None]) -> GapReplays:
    """Replays that are told what is answered by "return-an-item"; None answers with less than the full engine."""
    page = container.search.search("print the label", Viewer())
    hit = next(each for each in page.hits if each.article_id == "return-an-item")

    def ask(text: str, viewer: Viewer, locale: str, limit: int) -> SearchPage:
        said = answer(text)
        if said is None:
            return replace(page, degraded=DegradedReason.ENCODER_SLOW, mode=SearchMode.KEYWORD)
        return replace(page, hits=(hit,) if said else (), verdict=Verdict.ANSWERED if said else Verdict.NO_ANSWER)

    return GapReplays(container.database, container.clock, ask)


@pytest.mark.parametrize(("answered", "state"), [(8, GapState.VERIFIED), (7, GapState.PLANNED)])
def test_eighty_of_a_hundred_are_enough(container: Container, answered: int, state: GapState, chloe: Person) -> None:
    gap = one_gap(container, *WORDINGS)
    container.gaps.link_article(gap.id, "return-an-item", chloe.viewer)
    known = {f"{wording.capitalize()}?" for wording in WORDINGS[:answered]}
    replay = asking(container, lambda text: text in known).replay(gap.id)
    assert replay is not None
    assert (replay.asked, replay.passed) == (10, answered)
    assert again(container).state is state


def test_a_degraded_search_proves_nothing(container: Container, clock: FrozenClock, chloe: Person) -> None:
    gap = one_gap(container)
    container.gaps.link_article(gap.id, "return-an-item", chloe.viewer)
    slow = asking(container, lambda _text: None)
    assert slow.replay(gap.id) is None
    assert slow.replay_all() == clock.now() + timedelta(minutes=1)
    assert slow.look(gap.id).cause is None
    assert container.gaps.page(gap.id, chloe.viewer).replays == ()
    assert again(container).state is GapState.PLANNED


def test_what_was_found_before_proves_nothing_until_the_article_changes(
    container: Container, clock: FrozenClock, chloe: Person
) -> None:
    fail(container, "print the label", kind=FailedKind.VOTED_DOWN, hits=("return-an-item",), verdict=Verdict.ANSWERED)
    clock.move(HOUR)
    container.gap_finding.refresh()
    with container.database.work() as work:
        row = work.session.get(ArticleRow, "return-an-item")
        assert row is not None
        row.published_at = clock.now() - timedelta(days=30)
    gap = again(container)
    container.gaps.link_article(gap.id, "return-an-item", chloe.viewer)
    replay = container.gap_replays.replay(gap.id)
    assert replay is not None
    assert replay.passed == 1
    assert again(container).state is GapState.PLANNED
    with container.database.work() as work:
        row = work.session.get(ArticleRow, "return-an-item")
        assert row is not None
        row.published_at = clock.now()
    container.gap_replays.replay(gap.id)
    assert again(container).state is GapState.VERIFIED


def test_dismissed_gaps_rest(container: Container, clock: FrozenClock, chloe: Person) -> None:
    gap = one_gap(container)
    container.gaps.set_state(gap.id, GapState.DISMISSED, chloe.viewer, reason="We sell no pianos.")
    publish(container, clock)
    container.gap_replays.replay_all()
    container.gap_replays.replay(gap.id)
    assert again(container).state is GapState.DISMISSED


def test_a_look_names_what_is_near_and_why_it_fails(container: Container) -> None:
    missing = one_gap(container)
    nothing = asking(container, lambda _text: False)
    assert nothing.look(missing.id).cause is GapCause.MISSING
    near = asking(container, lambda _text: True).look(missing.id)
    assert [(each.id, each.wordings, each.shares_words) for each in near.near] == [("return-an-item", 5, False)]
    assert near.cause is GapCause.OTHER_WORDS


def test_an_article_for_others_is_the_suspect(container: Container, clock: FrozenClock) -> None:
    gap = one_gap(container)
    publish(container, clock, audience=Audience.AGENTS)
    page = container.search.search("print the label", Viewer())

    def ask(text: str, viewer: Viewer, locale: str, limit: int) -> SearchPage:
        if viewer.role is None:
            return replace(page, hits=(), verdict=Verdict.NO_ANSWER)
        return container.search.search(text, viewer, locale=locale, limit=limit)

    look = GapReplays(container.database, container.clock, ask).look(gap.id)
    assert (look.cause, look.hidden) == (GapCause.AUDIENCE, "Grand pianos")


def test_gaps_that_do_not_exist_are_not_found(container: Container) -> None:
    with pytest.raises(NotFound):
        container.gap_replays.replay(99)
    with pytest.raises(NotFound):
        container.gap_replays.look(99)


def test_all_are_asked_again_only_where_there_are_any(container: Container) -> None:
    container.gap_replays.order_all()
    with container.database.read() as work:
        assert work.jobs.count(JobState.WAITING) == 0
    one_gap(container)
    container.gap_replays.order_all()
    container.gap_replays.order_all()
    with container.database.read() as work:
        assert work.jobs.count(JobState.WAITING) == 1
