"""What the customers' and the agents' side of a conversation share: checking, making and showing messages."""

from __future__ import annotations

import secrets
from datetime import datetime

from portal.content.links import normalise_url
from portal.content.messages import render_message
from portal.domain.articles import Article, Audience
from portal.domain.attachments import Attachment
from portal.domain.canned_replies import Variable
from portal.domain.conversations import (
    MAX_MESSAGE_LENGTH,
    AuthorKind,
    Conversation,
    Message,
    NewMessage,
    clean_text,
    greeting_name,
    new_reference,
    normalise_reference,
)
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.live import CUSTOMER, PRESENT_FOR, conversation_topic
from portal.domain.past_questions import ArticleLink
from portal.domain.request_pages import ShownMessage
from portal.domain.short_links import short_article_url
from portal.domain.users import Viewer, audiences_of
from portal.integrations.correspondence import Correspondence
from portal.integrations.private_links import PrivateLinks
from portal.storage.database import UnitOfWork

#: Higher than the number of any message: nothing but the request itself comes along.
NO_MESSAGES = 2**62


def request_named(work: UnitOfWork, reference: str, *, after: int | None = None) -> Conversation:
    """Return the request that somebody named.

    Args:
        after: Only messages with a higher number come along; None for all.

    Raises:
        NotFound: There is none with this reference.
    """
    normal = normalise_reference(reference)
    if not normal:
        raise NotFound("There is no such request.")
    return work.conversations.get_by_reference(normal, after=after)


def free_reference(work: UnitOfWork) -> str:
    """Make up a reference that no request has."""
    reference = new_reference(secrets.choice)
    while work.conversations.has_reference(reference):
        reference = new_reference(secrets.choice)
    return reference


def request_opened_by(
    work: UnitOfWork, links: PrivateLinks, key: str, viewer: Viewer, *, after: int | None = None
) -> Conversation:
    """Return the request that a customer's key opens.

    Args:
        key: The secret of a private link, or a reference, which opens only requests sent by this signed-in viewer.
        after: Only messages with a higher number come along; None for all.

    Raises:
        NotFound: The link is forged, expired or revoked, or the request is somebody else's; which, nobody learns.
    """
    link = links.read(key)
    if link is not None:
        conversation = work.conversations.get_by_reference(link.reference, after=after)
        allowed = conversation.token_version == link.token_version
    else:
        conversation = request_named(work, key, after=after)
        allowed = viewer.user_id is not None and conversation.user_id == viewer.user_id
    if not allowed:
        raise NotFound("There is no such request.")
    return conversation


def reads_in_page(work: UnitOfWork, conversation: Conversation, now: datetime) -> bool:
    """Whether a customer chats and has the page open, so that they need no mail with each answer."""
    present = work.live.list_present(conversation_topic(conversation.id), now - PRESENT_FOR)
    return conversation.is_live_chat and any(each.who == CUSTOMER for each in present)


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


def checked_text(text: str) -> str:
    """Return a message's text, cleaned.

    Raises:
        InvalidInput: It is empty or too long.
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


def reply_values(
    conversation: Conversation, agent: Viewer, company_name: str, article: Article | None, public_url: str
) -> dict[Variable, str]:
    """Return what the variables of a reply stand for in one request; empty where nothing is known."""
    return {
        Variable.CUSTOMER_FIRST_NAME: greeting_name(conversation.name),
        Variable.CUSTOMER_NAME: conversation.name if greeting_name(conversation.name) else "",
        Variable.AGENT_FIRST_NAME: agent.first_name,
        Variable.AGENT_NAME: agent.name,
        Variable.REQUEST_REFERENCE: conversation.reference,
        Variable.COMPANY_NAME: company_name,
        Variable.ARTICLE_TITLE: article.title if article else "",
        Variable.ARTICLE_URL: short_article_url(public_url, article.id) if article else "",
    }


def linked_article(work: UnitOfWork, link: ArticleLink, locale: str, agent: Viewer) -> Article | None:
    """Return the published article that a link leads to; None when it leads nowhere that this agent may go."""
    if link.is_id:
        return work.articles.find(link.key, agent.audiences)
    former = normalise_url(f"/articles/{link.key}")
    slugs = (link.key, work.articles.find_redirect(former, agent.audiences) or "")
    found = (work.articles.find_by_slug(slug, agent.audiences, locales=(locale,)) for slug in slugs if slug)
    return next((article for article in found if article is not None), None)


def recipient_audiences(work: UnitOfWork, conversation: Conversation) -> frozenset[Audience]:
    """Return the audiences whose articles a request's customer may open: everybody's, unless they have an account."""
    user = work.users.find(conversation.user_id) if conversation.user_id is not None else None
    return audiences_of(user.role if user is not None and user.active else None)
