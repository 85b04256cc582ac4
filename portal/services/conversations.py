"""Conversations as their customers see them, and what customers add."""

from __future__ import annotations

import secrets
from dataclasses import replace

from portal.domain.attachments import Attachment
from portal.domain.clock import Clock
from portal.domain.conversations import (
    WAITING_FOR_US,
    AuthorKind,
    Conversation,
    MessageSource,
    plan_customer_message,
)
from portal.domain.request_pages import CustomerRequestPage, MyRequestsPage
from portal.domain.users import Viewer
from portal.integrations.channel_words import request_expectation
from portal.integrations.correspondence import Correspondence
from portal.services.message_texts import NO_MESSAGES, checked_text, new_message, request_opened_by, shown_messages
from portal.storage.database import Database, UnitOfWork

#: Requests a customer sees of their own, the last changed first.
MY_REQUESTS = 100


class ConversationService:
    """Shows customers their conversations and adds what they write."""

    def __init__(self, database: Database, clock: Clock, correspondence: Correspondence) -> None:
        self._database = database
        self._clock = clock
        self._correspondence = correspondence

    def customer_page(self, key: str, viewer: Viewer) -> CustomerRequestPage:
        """Return one request as its customer sees it.

        Args:
            key: The secret of a private link, or a reference, which opens only requests sent by this signed-in viewer.

        Raises:
            NotFound: The link is forged, expired or revoked, or the request is somebody else's; which, nobody learns.
        """
        with self._database.read() as work:
            conversation = self._open(work, key, viewer)
        return CustomerRequestPage(
            key=key,
            private_token=self._correspondence.links.token(conversation),
            reference=conversation.reference,
            state=conversation.state,
            email=conversation.email,
            created_at=conversation.created_at,
            expectation=self._expectation(conversation, viewer),
            steps=conversation.journey.steps,
            messages=shown_messages(conversation.public_messages),
            form_key=secrets.token_hex(16),
            channel=conversation.channel,
            chatting=conversation.is_live_chat,
            phone=conversation.phone,
        )

    def my_requests(self, viewer: Viewer) -> MyRequestsPage:
        """Return the requests that a signed-in customer sent; none for a viewer who is not signed in."""
        if viewer.user_id is None:
            return MyRequestsPage(requests=())
        with self._database.read() as work:
            return MyRequestsPage(requests=work.conversations.list_for_user(viewer.user_id, limit=MY_REQUESTS))

    def follow_up(
        self, key: str, viewer: Viewer, *, text: str, form_key: str, files: tuple[Attachment, ...] = ()
    ) -> None:
        """Add a customer's message, which opens the request again; the same form sent twice adds once.

        Raises:
            InvalidInput: The text is empty or too long.
            NotFound: As `customer_page`.
        """
        body, now = checked_text(text), self._clock.now()
        with self._database.work() as work:
            conversation = self._open(work, key, viewer, after=NO_MESSAGES)
            author = Viewer(user_id=viewer.user_id, name=conversation.name)
            message = new_message(AuthorKind.CUSTOMER, author, body, form_key, now, files=files)
            source = MessageSource.CHAT if conversation.is_live_chat else MessageSource.WEB
            if work.conversations.add_message(conversation.id, replace(message, source=source)):
                change = plan_customer_message(conversation, self._correspondence.promise, now)
                work.conversations.change(conversation.id, change)

    def _open(self, work: UnitOfWork, key: str, viewer: Viewer, *, after: int | None = None) -> Conversation:
        return request_opened_by(work, self._correspondence.links, key, viewer, after=after)

    def _expectation(self, conversation: Conversation, viewer: Viewer) -> str:
        if conversation.state not in WAITING_FOR_US:
            return ""
        if conversation.is_live_chat and conversation.first_reply_at is not None:
            return ""  # they talk to one another
        phrases = self._correspondence.book.phrases(viewer.locale)
        return request_expectation(conversation, phrases, now=self._clock.now())
