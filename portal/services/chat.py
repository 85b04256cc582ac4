"""Open pages of a conversation: what is new in it, who is there, and who is typing.

Customers see what is meant for them; agents see their notes too. Messages are stored by the customers' and the agents'
own services: here they are only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.clock import Clock
from portal.domain.conversations import AuthorKind, Conversation, ConversationState, Message
from portal.domain.errors import NotFound
from portal.domain.live import (
    BEAT_SECONDS,
    CUSTOMER,
    DESK,
    PRESENT_FOR,
    TYPING_FOR,
    Presence,
    agent_key,
    conversation_topic,
)
from portal.domain.request_pages import ShownMessage
from portal.domain.users import Viewer
from portal.integrations.private_links import PrivateLinks
from portal.services.message_texts import NO_MESSAGES, request_named, request_opened_by, shown_messages
from portal.storage.database import Database, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHere:
    """Somebody else who has the conversation open.

    Attributes:
        who: ``customer`` or ``agent:<id>``.
    """

    who: str
    name: str
    typing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an open page of a conversation has to show.

    Attributes:
        topic: What to follow for more.
        messages: Those after the last one the page has, oldest first.
        people: Others who are there, by name.
        chatting: Whether the customer waits in the page rather than for a mail.
        look_again_seconds: After this time something may have changed without a signal, such as the end of typing.
    """

    topic: str
    reference: str
    state: ConversationState
    chatting: bool
    messages: tuple[ShownMessage, ...]
    people: tuple[PersonHere, ...]
    look_again_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskNews:
    """What an open page of the agents' queue has to show.

    Attributes:
        needs_reply: Requests that wait for us; with the three below, which of these.
        at_desk: Agents who take chats now, by name.
        newest: Reference of the request begun last; empty when there is none.
    """

    needs_reply: int
    unassigned: int
    urgent: int
    chats: int
    at_desk: tuple[str, ...]
    newest: str


class ChatService:
    """Tells open pages what is new, and notes who is there."""

    def __init__(self, database: Database, clock: Clock, links: PrivateLinks) -> None:
        self._database = database
        self._clock = clock
        self._links = links

    def customer_news(self, key: str, viewer: Viewer, after: int) -> News:
        """Return what a customer's page has to show.

        Args:
            key: The secret of a private link, or the reference of the viewer's own request.
            after: Number of the last message the page has; 0 for none.

        Raises:
            NotFound: The link is forged, expired or revoked, or the request is somebody else's.
        """
        with self._database.read() as work:
            conversation = request_opened_by(work, self._links, key, viewer, after=after)
            return self._news(work, conversation, conversation.public_messages, CUSTOMER)

    def customer_message(self, key: str, viewer: Viewer, form_key: str) -> ShownMessage:
        """Return the message that a customer sent with this form.

        Raises:
            NotFound: As `customer_news`, or there is no such message.
        """
        with self._database.read() as work:
            conversation = request_opened_by(work, self._links, key, viewer, after=NO_MESSAGES)
            sent = work.conversations.find_message(conversation.id, form_key) if form_key else None
        if sent is None or sent.author_kind is not AuthorKind.CUSTOMER:
            raise NotFound("There is no such message.")
        return shown_messages((sent,))[0]

    def agent_news(self, reference: str, agent: Viewer, after: int) -> News:
        """Return what an agent's page of a request has to show, notes among it.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.read() as work:
            conversation = request_named(work, reference, after=after)
            return self._news(work, conversation, conversation.messages, agent_key(agent.user_id or 0))

    def desk_news(self) -> DeskNews:
        """Return what pages of the agents' queue have to show."""
        with self._database.read() as work:
            counts = work.chats.count_desk()
            present = work.live.list_present(DESK, self._clock.now() - PRESENT_FOR)
        return DeskNews(
            needs_reply=counts.needs_reply,
            unassigned=counts.unassigned,
            urgent=counts.urgent,
            chats=counts.chats,
            at_desk=tuple(presence.name for presence in present),
            newest=counts.newest,
        )

    def see_customer(self, key: str, viewer: Viewer, *, typing: bool = False, left: bool = False) -> None:
        """Note that a customer has their request open, is typing, or went away.

        Raises:
            NotFound: As `customer_news`.
        """
        with self._database.work() as work:
            conversation = request_opened_by(work, self._links, key, viewer, after=NO_MESSAGES)
            self._note(work, conversation, CUSTOMER, conversation.name, typing=typing, left=left)

    def see_agent(self, reference: str, agent: Viewer, *, typing: bool = False, left: bool = False) -> None:
        """Note that an agent has a request open, is typing, or went away.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            who = agent_key(agent.user_id or 0)
            self._note(work, conversation, who, agent.name, typing=typing, left=left)

    def _note(
        self, work: UnitOfWork, conversation: Conversation, who: str, name: str, *, typing: bool, left: bool
    ) -> None:
        now, topic = self._clock.now(), conversation_topic(conversation.id)
        live = work.live
        if live.step_out(topic, who, now) if left else live.see(topic, who, name, now, typing=typing):
            work.live.announce(topic, now)

    def _news(self, work: UnitOfWork, conversation: Conversation, messages: tuple[Message, ...], reader: str) -> News:
        now, topic = self._clock.now(), conversation_topic(conversation.id)
        present = [each for each in work.live.list_present(topic, now - PRESENT_FOR) if each.who != reader]
        return News(
            topic=topic,
            reference=conversation.reference,
            state=conversation.state,
            chatting=conversation.is_live_chat,
            messages=shown_messages(messages),
            people=tuple(PersonHere(who=each.who, name=each.name, typing=each.is_typing(now)) for each in present),
            look_again_seconds=_typing_ends(present, now),
        )


def _typing_ends(present: list[Presence], now: datetime) -> float:
    ends = [each.typed_at + TYPING_FOR - now for each in present if each.typed_at and each.is_typing(now)]
    return min(min(ends).total_seconds() + 0.1, BEAT_SECONDS) if ends else float(BEAT_SECONDS)
