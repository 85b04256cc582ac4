from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Channel, ConversationState, HandoffReason
from portal.domain.ratings import Score
from portal.storage.database import Database
from portal.storage.request_rows import ArticleLinkRow, ConversationRow, LinkClickRow, MessageRow, RatingRow
from tests.cast import Cast
from tests.conversation_builders import new_conversation
from tests.search_builders import put_article
from tests.service_history import live_a_past

MOST_STATEMENTS = 20


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Note the statements that run within a block."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_an_instance_without_requests_has_figures_without_values(container: Container) -> None:
    figures = container.figures.service(30)
    assert (figures.days, figures.sent, figures.waiting, figures.replies) == (30, 0, 0, 0)
    assert figures.first_reply.total.median is None
    assert [day.open for day in figures.backlog] == [0] * 30
    assert figures.backlog[-1].day.isoformat() == "2026-11-17"
    assert (figures.articles, figures.agents) == ((), ())


def test_an_odd_period_becomes_the_usual_one(container: Container) -> None:
    assert container.figures.service(5).days == 30
    assert container.figures.service(7).days == 7


def test_what_agents_and_customers_do_is_counted(
    container: Container, clock: FrozenClock, cast: Cast, database: Database
) -> None:
    put_article(database, "pairing")
    for number in (2, 3, 4, 6, 7):
        with container.database.work() as work:
            channel = Channel.CHAT if number > 4 else Channel.MESSAGE
            new = new_conversation(number, created_at=clock.now(), channel=channel)
            conversation = work.conversations.add(new)
        clock.move(timedelta(minutes=10))
        container.desk.answer(conversation.reference, cast.ben.viewer, text="Hold it.", form_key=f"f{number}")
        clock.move(timedelta(minutes=20))
        container.desk.solve(conversation.reference)
        key = container.private_links.token(conversation)
        score = Score.BAD if number == 7 else Score.GOOD
        container.ratings.rate(key, cast.ada.viewer, score=score, words="", article_id="")
    figures = container.figures.service(7)
    assert (figures.sent, figures.waiting) == (5, 0)
    assert (figures.first_reply.total.n, figures.first_reply.total.median) == (5, 10)
    assert figures.solution.total.median == 30
    assert [(each.key, each.n, each.median) for each in figures.first_reply.by_channel] == [
        ("message", 3, None),
        ("chat", 2, None),
    ]
    assert [each.key for each in figures.first_reply.by_cause] == ["no_article"]
    assert figures.scores.good_share == 0.8
    [agent] = figures.agents
    assert (agent.name, agent.replies, agent.first_reply.median, agent.scores.n) == ("Ben Okafor", 5, 10, 5)
    assert figures.linked_share == 0.0


def test_nights_and_weekends_do_not_count(container: Container, clock: FrozenClock, cast: Cast) -> None:
    for number in (2, 3, 4, 6, 7):
        with container.database.work() as work:
            reference = work.conversations.add(new_conversation(number, created_at=clock.now())).reference
        clock.move(timedelta(hours=8))  # from noon to eight in the evening, two hours after closing
        container.desk.answer(reference, cast.ben.viewer, text="Good evening.", form_key=f"f{number}")
        clock.move(timedelta(hours=16))
    assert container.figures.service(7).first_reply.by_channel[0].ninetieth == 6 * 60


def test_only_the_period_counts(container: Container, clock: FrozenClock, cast: Cast) -> None:
    live_a_past(container.database, clock.now(), requests=40, agents=[cast.ben.user.id], days=5)
    assert container.figures.service(7).sent == 40
    before = container.figures.service(7).waiting
    clock.move(timedelta(days=20))
    figures = container.figures.service(7)
    assert (figures.sent, figures.replies, figures.scores.n) == (0, 0, 0)
    assert figures.waiting == before
    assert {day.open for day in figures.backlog} == {before}
    assert container.figures.service(30).sent == 40


def test_articles_with_clicks_ratings_and_wishes(container: Container, clock: FrozenClock, database: Database) -> None:
    put_article(database, "pairing", "Pair a device")
    now = clock.now()
    with database.work() as work:
        for number in range(6):
            message = MessageRow(author_kind="agent", author_id=9, author_name="x", body="x", at=now)
            row = ConversationRow(
                reference=f"R-{number}",
                form_key=str(number),
                state=ConversationState.SOLVED,
                reason=HandoffReason.UNSURE,
                name="",
                email="a@example.org",
                locale="en",
                journey=[],
                identity={},
                created_at=now,
                updated_at=now,
                reply_expected_at=now,
                solved_at=now,
                messages=[message],
            )
            work.session.add(row)
            work.session.flush()
            work.session.add(
                ArticleLinkRow(message_id=message.id, conversation_id=row.id, article_id="pairing", agent_id=9, at=now)
            )
            work.session.add(LinkClickRow(article_id="pairing", conversation_id=row.id, at=now))
            work.session.add(
                RatingRow(
                    conversation_id=row.id, score=3 if number else 1, article_id="pairing" if number else "", at=now
                )
            )
    figures = container.figures.service(7)
    [article] = figures.articles
    assert (article.title, article.slug, article.links, article.clicks) == ("Pair a device", "pairing", 6, 6)
    assert (article.scores.n, article.scores.counts[Score.BAD], article.wished) == (6, 1, 5)
    assert figures.linked_share == 1.0
    assert figures.agents == (), "nobody knows agent 9 any more"


def test_thousands_of_requests_are_counted_by_a_few_statements(
    container: Container, clock: FrozenClock, cast: Cast
) -> None:
    agents = [cast.ben.user.id, cast.chloe.user.id, cast.dan.user.id]
    articles = ["hub-offline", "reset", "pairing"]
    live_a_past(container.database, clock.now(), requests=1_500, agents=agents, articles=articles)
    with counted(container.database) as statements:
        figures = container.figures.service(90)
    assert len(statements) <= MOST_STATEMENTS
    assert figures.sent == 1_500
    assert len(figures.agents) == 3
    assert figures.backlog[-1].open == figures.waiting
    assert sum(agent.replies for agent in figures.agents) == figures.replies
    assert sum(figure.n for figure in figures.first_reply.by_cause) == figures.first_reply.total.n
    assert sum(figure.n for figure in figures.scores_by_channel) == figures.scores.n
    assert 0.6 < (figures.scores.good_share or 0) < 0.8
