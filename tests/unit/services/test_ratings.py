from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.container import Container
from portal.domain.articles import Audience
from portal.domain.clock import FrozenClock
from portal.domain.conversations import AuthorKind, Conversation, ConversationChange, ConversationState, NewMessage
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.ratings import RATE_WITHIN, Score, agent_spoken_of, parse_score
from portal.domain.users import Viewer
from portal.storage.database import Database
from portal.storage.request_rows import ArticleLinkRow, MessageRow
from tests.cast import Person
from tests.conversation_builders import NOW, STEP, new_conversation
from tests.search_builders import put_article

STRANGER = Viewer()


def add_request(container: Container, **values: object) -> Conversation:
    with container.database.work() as work:
        return work.conversations.add(new_conversation(2, **values))


def solve(container: Container, conversation: Conversation) -> str:
    """Mark a request as solved; return its customer's key."""
    container.desk.solve(conversation.reference)
    return container.private_links.token(conversation)


def test_a_customer_says_how_it_was_and_changes_their_mind(container: Container, ben: Person) -> None:
    conversation = add_request(container)
    container.desk.answer(conversation.reference, ben.viewer, text="Press the button.", form_key="f1")
    key = solve(container, conversation)
    container.ratings.rate(key, STRANGER, score=Score.BAD, words="  too slow ", article_id="")
    container.ratings.rate(key, STRANGER, score=Score.GOOD, words="", article_id="")
    given = container.ratings.page(key, STRANGER).given
    assert given is not None
    assert (given.score, given.words, given.agent_id) == (Score.GOOD, "", ben.user.id)


def test_only_who_may_open_a_request_rates_it(container: Container, ada: Person, ben: Person) -> None:
    conversation = add_request(container, user_id=ada.user.id)
    key = solve(container, conversation)
    assert container.ratings.page(conversation.reference, ada.viewer).may_rate
    with container.database.work() as work:
        work.conversations.revoke_links(conversation.id)
    for wrong, viewer in ((key, STRANGER), (conversation.reference, STRANGER), (conversation.reference, ben.viewer)):
        with pytest.raises(NotFound):
            container.ratings.rate(wrong, viewer, score=Score.BAD, words="", article_id="")


def test_a_request_is_rated_when_solved_and_for_thirty_days(container: Container, clock: FrozenClock) -> None:
    conversation = add_request(container)
    key = container.private_links.token(conversation)
    page = container.ratings.page(key, STRANGER)
    assert (page.may_rate, page.is_open) == (False, True)
    with pytest.raises(InvalidInput):
        container.ratings.rate(key, STRANGER, score=Score.GOOD, words="", article_id="")
    solve(container, conversation)
    clock.move(RATE_WITHIN)
    assert container.ratings.page(key, STRANGER).may_rate
    clock.move(timedelta(seconds=1))
    page = container.ratings.page(key, STRANGER)
    assert (page.may_rate, page.is_open) == (False, False)
    with pytest.raises(InvalidInput):
        container.ratings.rate(key, STRANGER, score=Score.GOOD, words="", article_id="")


def test_articles_that_were_linked_or_read_are_offered_as_far_as_they_may_be_seen(
    container: Container, database: Database
) -> None:
    put_article(database, "linked")
    put_article(database, "opened")
    put_article(database, "hidden", audience=Audience.AGENTS)
    steps = tuple(
        JourneyStep(key=name, kind=StepKind.OPENED, at=NOW, text=name, article_id=name) for name in ("opened", "hidden")
    )
    conversation = add_request(container, journey=Journey(id="j" * 32, steps=(STEP, *steps)))
    with database.work() as work:
        message = work.session.scalars(select(MessageRow)).one()
        work.session.add(
            ArticleLinkRow(message_id=message.id, conversation_id=conversation.id, article_id="linked", at=NOW)
        )
    key = solve(container, conversation)
    assert [article.id for article in container.ratings.page(key, STRANGER).articles] == ["linked", "opened"]
    container.ratings.rate(key, STRANGER, score=Score.OKAY, words="", article_id="opened")
    with pytest.raises(InvalidInput):
        container.ratings.rate(key, STRANGER, score=Score.OKAY, words="", article_id="hidden")


def test_words_have_an_end(container: Container) -> None:
    key = solve(container, add_request(container))
    with pytest.raises(InvalidInput):
        container.ratings.rate(key, STRANGER, score=Score.OKAY, words="x" * 2_001, article_id="")


def test_the_mail_that_asks_goes_out_once(container: Container, clock: FrozenClock) -> None:
    conversation = add_request(container)
    key = solve(container, conversation)
    container.desk.solve(conversation.reference)
    assert len(mails(container, conversation)) == 1
    [mail] = mails(container, conversation)
    assert f"/requests/{key}/rate?score=good" in mail
    assert "Hello Ada," in mail
    container.ratings.rate(key, STRANGER, score=Score.GOOD, words="", article_id="")
    with container.database.work() as work:
        opened = ConversationChange(state=ConversationState.REOPENED, updated_at=clock.now())
        work.conversations.change(conversation.id, opened)
    container.desk.solve(conversation.reference)
    assert len(mails(container, conversation)) == 1, "who has said how it was is not asked again"


def mails(container: Container, conversation: Conversation) -> list[str]:
    with container.database.read() as work:
        return [mail.body for mail in work.mails.list_for_conversation(conversation.id)]


def test_a_rating_speaks_of_whoever_had_the_request_else_who_answered_last(container: Container) -> None:
    conversation = add_request(container)
    assert agent_spoken_of(conversation) is None
    with container.database.work() as work:
        for number, agent_id in enumerate((4, 5)):
            reply = NewMessage(
                form_key=f"a{number}",
                author_kind=AuthorKind.AGENT,
                author_id=agent_id,
                author_name="x",
                body="x",
                at=NOW,
            )
            work.conversations.add_message(conversation.id, reply)
        assert agent_spoken_of(work.conversations.get(conversation.id)) == 5


def test_scores_are_read_by_their_word() -> None:
    assert [parse_score(word) for word in ("good", "okay", "bad", "3", "")] == [
        Score.GOOD,
        Score.OKAY,
        Score.BAD,
        None,
        None,
    ]
