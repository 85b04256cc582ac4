"""The desk: requests as agents see them, and what agents do with them."""

from __future__ import annotations

import secrets
from datetime import datetime

from portal.content.links import normalise_url
from portal.domain.articles import Article
from portal.domain.attachments import Attachment
from portal.domain.clock import Clock
from portal.domain.conversations import (
    WAITING_FOR_US,
    AuthorKind,
    Conversation,
    ConversationChange,
    ConversationEvent,
    choose_state,
)
from portal.domain.journeys import JourneyStep
from portal.domain.mail import MailState
from portal.domain.past_questions import ArticleLink, Voters, lessons_of_reply, linked_articles
from portal.domain.request_pages import AgentRequestPage, ShownStep
from portal.domain.users import Viewer
from portal.integrations.correspondence import Correspondence
from portal.services.message_texts import checked_text, new_message, reads_in_page, request_named, shown_messages
from portal.storage.database import Database, UnitOfWork


class DeskService:
    """Shows agents the requests, and does what they decide."""

    def __init__(self, database: Database, clock: Clock, correspondence: Correspondence, voters: Voters) -> None:
        self._database = database
        self._clock = clock
        self._correspondence = correspondence
        self._voters = voters

    def agent_page(self, reference: str, agent: Viewer) -> AgentRequestPage:
        """Return one request with its journey and messages.

        Raises:
            NotFound: There is none with this reference.
        """
        with self._database.read() as work:
            conversation = request_named(work, reference)
            mails = work.mails.list_for_conversation(conversation.id)
            steps = _with_slugs(work, conversation.journey.steps, agent)
        return AgentRequestPage(
            reference=conversation.reference,
            state=conversation.state,
            reason=conversation.reason,
            name=conversation.name,
            email=conversation.email,
            has_account=conversation.user_id is not None,
            created_at=conversation.created_at,
            reply_expected_at=conversation.reply_expected_at,
            late=_is_late(conversation, self._clock.now()),
            steps=steps,
            messages=shown_messages(conversation.messages),
            mails={state: sum(mail.state is state for mail in mails) for state in MailState},
            form_key=secrets.token_hex(16),
        )

    def answer(
        self, reference: str, agent: Viewer, *, text: str, form_key: str, files: tuple[Attachment, ...] = ()
    ) -> bool:
        """Store an agent's answer and queue its mail; the same form sent twice answers once.

        Search learns from the articles that it links.

        Args:
            text: Markdown, 1 to 20,000 characters.

        Returns:
            Whether search learns from it.

        Raises:
            InvalidInput: The text is empty or too long.
            NotFound: There is no such request.
        """
        body, now = checked_text(text), self._clock.now()
        with self._database.work() as work:
            conversation = request_named(work, reference)
            if not work.conversations.add_message(
                conversation.id, new_message(AuthorKind.AGENT, agent, body, form_key, now, files=files)
            ):
                return False
            change = ConversationChange(
                state=choose_state(conversation.state, ConversationEvent.AGENT_ANSWERED),
                updated_at=now,
                first_reply_at=conversation.first_reply_at or now,
            )
            work.conversations.change(conversation.id, change)
            if not reads_in_page(work, conversation, now):
                draft = self._correspondence.writer.answer(conversation, text=body, agent_name=agent.name, now=now)
                work.mails.queue(draft, now=now)
            return self._learn(work, conversation, body, agent, now) > 0

    def _learn(self, work: UnitOfWork, conversation: Conversation, body: str, agent: Viewer, now: datetime) -> int:
        """Store which articles answer this customer's questions; returns how much was learned."""
        if agent.user_id is None:
            return 0
        links = linked_articles(body, self._correspondence.links.public_url)
        found = (_linked(work, link, conversation, agent) for link in links)
        articles = {article.id: _about(article) for article in found if article is not None}
        voter = self._voters.user(agent.user_id)
        return work.past_questions.add(lessons_of_reply(conversation, articles, voter=voter, at=now), now)

    def solve(self, reference: str) -> None:
        """Mark a request as solved; doing so twice does no harm.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation = request_named(work, reference)
            state = choose_state(conversation.state, ConversationEvent.MARKED_SOLVED)
            work.conversations.change(conversation.id, ConversationChange(state=state, updated_at=self._clock.now()))

    def revoke_links(self, reference: str) -> None:
        """Make all private links to a request worthless; the next mail brings a new one.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            work.conversations.revoke_links(request_named(work, reference).id)


def _linked(work: UnitOfWork, link: ArticleLink, conversation: Conversation, agent: Viewer) -> Article | None:
    """Return the published article that a link leads to; None when it leads nowhere."""
    if link.is_id:
        return work.articles.find(link.key, agent.audiences)
    former = normalise_url(f"/articles/{link.key}")
    slugs = (link.key, work.articles.find_redirect(former, agent.audiences) or "")
    locales = (conversation.locale,)
    found = (work.articles.find_by_slug(slug, agent.audiences, locales=locales) for slug in slugs if slug)
    return next((article for article in found if article is not None), None)


def _about(article: Article) -> str:
    return " ".join((article.title, article.summary, *article.tags))


def _with_slugs(work: UnitOfWork, steps: tuple[JourneyStep, ...], agent: Viewer) -> tuple[ShownStep, ...]:
    opened = {step.article_id for step in steps if step.article_id}
    visible = work.searches.visible_articles(opened, agent.audiences) if opened else {}
    return tuple(
        ShownStep(step=step, slug=visible[step.article_id].slug if step.article_id in visible else "") for step in steps
    )


def _is_late(request: Conversation, now: datetime) -> bool:
    return request.state in WAITING_FOR_US and request.reply_expected_at < now
