"""Requests and messages for tests, usual but for what a test names."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from portal.container import Container
from portal.domain.conversations import (
    AuthorKind,
    Conversation,
    ConversationState,
    HandoffReason,
    NewConversation,
    NewMessage,
)
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.mail import MailDraft
from portal.domain.queue import QueueWish, RequestFilter, RequestOrder
from portal.domain.searches import LoggedSearch, Surface
from search_index import QueryKind, SearchMode, Timings, Verdict

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
STEP = JourneyStep(key="s1", kind=StepKind.SEARCHED, at=NOW, text="hub offline", detail="no_answer")

MAIL_DRAFT = MailDraft(
    conversation_id=None,
    to_name="Ada Berg",
    to_address="ada@ostrel.example",
    subject="We have your request",
    body="Hello Ada",
    message_id="m1@ostrel.example",
    automatic=True,
)


def new_conversation(number: int = 1, **values: object) -> NewConversation:
    usual: dict[str, object] = {
        "reference": f"R-22222{number}",
        "form_key": f"key {number}",
        "reason": HandoffReason.NO_ANSWER,
        "name": "Ada Berg",
        "email": "ada@ostrel.example",
        "user_id": None,
        "locale": "en",
        "journey": Journey(id="j" * 32, steps=(STEP,)),
        "message": "My hub is offline.\nIt blinks.",
        "created_at": NOW,
        "reply_expected_at": NOW + timedelta(hours=4),
    }
    return NewConversation(**{**usual, **values})  # type: ignore[arg-type]


def store(container: Container, number: int = 2, **values: object) -> Conversation:
    """Store a request that arrives now, with a promise of the settings."""
    now = container.clock.now()
    times = {"created_at": now, "reply_expected_at": container.promise.for_request_at(now)}
    with container.database.work() as work:
        return work.conversations.add(new_conversation(number, **{**times, **values}))


def again(container: Container, conversation: Conversation) -> Conversation:
    """Read a request as it is now."""
    with container.database.read() as work:
        return work.conversations.get(conversation.id)


def new_message(form_key: str = "form", body: str = "And now?") -> NewMessage:
    return NewMessage(
        form_key=form_key, author_kind=AuthorKind.CUSTOMER, author_id=None, author_name="Ada Berg", body=body, at=NOW
    )


def conversation() -> Conversation:
    """A request as it comes out of the database."""
    return Conversation(
        id=12,
        reference="R-222222",
        state=ConversationState.NEW,
        reason=HandoffReason.UNSURE,
        name="Ada Berg",
        email="ada@ostrel.example",
        user_id=None,
        locale="en",
        created_at=NOW,
        updated_at=NOW,
        reply_expected_at=NOW,
        first_reply_at=None,
        journey=Journey(id="j" * 32, steps=(STEP,)),
        token_version=3,
    )


def log_search(container: Container, journey_id: str, query: str) -> str:
    """Put a search that found no answer into the log, now; return its id."""
    now, search_id = container.clock.now(), secrets.token_hex(16)
    search = LoggedSearch(
        id=search_id,
        journey_id=journey_id,
        at=now,
        query=query,
        wording=query,
        locale="en",
        surface=Surface.SITE,
        kind=QueryKind.QUESTION,
        verdict=Verdict.NO_ANSWER,
        answerability=0.1,
        mode=SearchMode.HYBRID,
        degraded=None,
        generation="g1",
        timings=Timings(),
    )
    with container.database.work() as work:
        work.journeys.touch(journey_id, now)
        work.searches.add(search, ())
    return search_id


def stored_requests(container: Container) -> tuple[Conversation, ...]:
    """All requests there are, the newest first."""
    wish = QueueWish(chosen=RequestFilter.ALL, order=RequestOrder.NEWEST)
    with container.database.read() as work:
        rows = work.queue.list_page(wish, 0, limit=999)
        return tuple(work.conversations.get(row.request.id) for row in rows)
