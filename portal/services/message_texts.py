"""What the customers' and the agents' side of a conversation share: checking, making and showing messages."""

from __future__ import annotations

import secrets
from datetime import datetime

from portal.content.messages import render_message
from portal.domain.attachments import Attachment
from portal.domain.conversations import (
    MAX_MESSAGE_LENGTH,
    AuthorKind,
    Conversation,
    Message,
    NewMessage,
    clean_text,
    normalise_reference,
)
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.live import CUSTOMER, PRESENT_FOR, conversation_topic
from portal.domain.request_pages import ShownMessage
from portal.domain.shown_hits import short_article_url
from portal.domain.users import Viewer, audiences_of
from portal.integrations.correspondence import Correspondence
from portal.integrations.private_links import PrivateLinks
from portal.storage.database import UnitOfWork


def request_named(work: UnitOfWork, reference: str) -> Conversation:
    """Return the request that somebody named.

    Raises:
        NotFound: There is none with this reference.
    """
    normal = normalise_reference(reference)
    if not normal:
        raise NotFound("There is no such request.")
    return work.conversations.get_by_reference(normal)


def request_opened_by(work: UnitOfWork, links: PrivateLinks, key: str, viewer: Viewer) -> Conversation:
    """Return the request that a customer's key opens.

    Args:
        key: The secret of a private link, or a reference, which opens only requests sent by this signed-in viewer.

    Raises:
        NotFound: The link is forged, expired or revoked, or the request is somebody else's; which, nobody learns.
    """
    link = links.read(key)
    if link is not None:
        conversation = work.conversations.get_by_reference(link.reference)
        allowed = conversation.token_version == link.token_version
    else:
        conversation = request_named(work, key)
        allowed = viewer.user_id is not None and conversation.user_id == viewer.user_id
    if not allowed:
        raise NotFound("There is no such request.")
    return conversation


def reads_in_page(work: UnitOfWork, conversation: Conversation, now: datetime) -> bool:
    """Whether a customer chats and has the page open, so that they need no mail with each answer."""
    present = work.live.list_present(conversation_topic(conversation.id), now - PRESENT_FOR)
    return conversation.is_live_chat and any(each.who == CUSTOMER for each in present)


def checked_text(text: str) -> str:
    """Return a message's text, cleaned.

    Raises:
        InvalidInput: It is empty or too long.
def queue_solved_mail(
    work: UnitOfWork, correspondence: Correspondence, conversation: Conversation, now: datetime
) -> None:
    """Tell a customer that their request is solved, and ask how it was; not again who has said so already.

    Args:
        work: The transaction in which it is solved.
        correspondence: How mails are written.
        conversation: As it was before; nothing is done where it was solved already.
        now: When it is solved.
    """
    if conversation.solved_at is None and work.ratings.find(conversation.id) is None:
        work.mails.queue(correspondence.writer.solved(conversation, now=now), now=now)


    """
    body = clean_text(text)
    if not body:
        raise InvalidInput("The message is empty.", field="message")
    if len(body) > MAX_MESSAGE_LENGTH:
        raise InvalidInput(f"The message is longer than {MAX_MESSAGE_LENGTH:,} characters.", field="message")
    return body


def new_message(
    kind: AuthorKind,
    author: Viewer,
    body: str,
    form_key: str,
    now: datetime,
    *,
    files: tuple[Attachment, ...] = (),
) -> NewMessage:
    """Make a message to be stored; one without a key gets one."""
    key = form_key[:64] or secrets.token_hex(16)
    return NewMessage(
        form_key=key,
        author_kind=kind,
        author_id=author.user_id,
        author_name=author.name,
        body=body,
        at=now,
        files=files,
    )


def shown_messages(messages: tuple[Message, ...]) -> tuple[ShownMessage, ...]:
    """Return messages as pages show them: Markdown of agents made safe, the text of customers as it is."""
    return tuple(
        ShownMessage(
            author_kind=message.author_kind,
            author_name=message.author_name,
            at=message.at,
            text=message.body,
            html=render_message(message.body) if message.author_kind is AuthorKind.AGENT else None,
            quoted=message.quoted,
            files=message.files,
            id=message.id,
            key=message.form_key,
            kind=message.kind,
            source=message.source,
        )
        for message in messages
    )
