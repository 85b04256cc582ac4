"""Conversations: what agents and customers see of a request, and what each of them may add."""

from __future__ import annotations

import secrets
from datetime import datetime

from portal.content.links import normalise_url
from portal.content.messages import render_message
from portal.domain.clock import Clock
from portal.domain.conversations import (
    MAX_MESSAGE_LENGTH,
    WAITING_FOR_US,
    AuthorKind,
    Conversation,
    ConversationEvent,
    ConversationSummary,
    Message,
    NewMessage,
    choose_state,
    clean_text,
    normalise_reference,
)
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.journeys import JourneyStep
from portal.domain.mail import MailState
from portal.domain.paging import choose_page
from portal.domain.past_questions import ArticleLink, Voters, lessons_of_reply, linked_articles
from portal.domain.request_pages import (
    STATES_OF,
    AgentRequestPage,
    CustomerRequestPage,
    MyRequestsPage,
    RequestFilter,
    RequestOrder,
    RequestRow,
    RequestsPage,
    ShownMessage,
    ShownStep,
)
from portal.domain.users import Viewer
from portal.integrations.correspondence import Correspondence
from portal.storage.conversations import ConversationChange
from portal.storage.database import Database, UnitOfWork

#: Requests on one page of the agents' list.
REQUESTS_PER_PAGE = 25
#: Requests a customer sees of their own, the last changed first.
MY_REQUESTS = 100


class ConversationService:
    """Shows conversations and adds to them."""

    def __init__(self, database: Database, clock: Clock, correspondence: Correspondence, voters: Voters) -> None:
        self._database = database
        self._clock = clock
        self._correspondence = correspondence
        self._voters = voters

    def requests_page(self, chosen: RequestFilter, order: RequestOrder, page: int = 1) -> RequestsPage:
        """Return a page of the agents' list; one beyond the last is the last."""
        with self._database.read() as work:
            counted = work.conversations.count_by_state()
            counts = {each: sum(counted[state] for state in STATES_OF[each]) for each in RequestFilter}
            span = choose_page(page, counts[chosen], REQUESTS_PER_PAGE)
            find = work.conversations
            list_them = find.list_newest if order is RequestOrder.NEWEST else find.list_waiting_longest
            found = list_them(STATES_OF[chosen], limit=REQUESTS_PER_PAGE, offset=span.offset)
        now = self._clock.now()
        rows = tuple(RequestRow(request=each, late=_is_late(each, now)) for each in found)
        return RequestsPage(rows=rows, chosen=chosen, order=order, counts=counts, current=span.number, last=span.last)

    def agent_page(self, reference: str, agent: Viewer) -> AgentRequestPage:
        """Return one request with its journey and messages.

        Raises:
            NotFound: There is none with this reference.
        """
        with self._database.read() as work:
            conversation = _by_reference(work, reference)
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
            messages=_shown(conversation.messages),
            mails={state: sum(mail.state is state for mail in mails) for state in MailState},
            form_key=secrets.token_hex(16),
        )

    def answer(self, reference: str, agent: Viewer, *, text: str, form_key: str) -> bool:
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
        body, now = _checked(text), self._clock.now()
        with self._database.work() as work:
            conversation = _by_reference(work, reference)
            if not work.conversations.add_message(
                conversation.id, _message(AuthorKind.AGENT, agent, body, form_key, now)
            ):
                return False
            change = ConversationChange(
                state=choose_state(conversation.state, ConversationEvent.AGENT_ANSWERED),
                updated_at=now,
                first_reply_at=conversation.first_reply_at or now,
            )
            work.conversations.change(conversation.id, change)
            draft = self._correspondence.writer.answer(conversation, text=body, agent_name=agent.name, now=now)
            work.mails.queue(draft, now=now)
            return self._learn(work, conversation, body, agent, now) > 0

    def _learn(self, work: UnitOfWork, conversation: Conversation, body: str, agent: Viewer, now: datetime) -> int:
        """Store which articles answer this customer's questions; returns how much was learned."""
        if agent.user_id is None:
            return 0
        links = linked_articles(body, self._correspondence.links.public_url)
        found = (_linked(work, link, conversation, agent) for link in links)
        article_ids = dict.fromkeys(article_id for article_id in found if article_id)
        voter = self._voters.user(agent.user_id)
        return work.past_questions.add(lessons_of_reply(conversation, article_ids, voter=voter, at=now), now)

    def solve(self, reference: str) -> None:
        """Mark a request as solved; doing so twice does no harm.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation = _by_reference(work, reference)
            state = choose_state(conversation.state, ConversationEvent.MARKED_SOLVED)
            work.conversations.change(conversation.id, ConversationChange(state=state, updated_at=self._clock.now()))

    def revoke_links(self, reference: str) -> None:
        """Make all private links to a request worthless; the next mail brings a new one.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            work.conversations.revoke_links(_by_reference(work, reference).id)

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
            messages=_shown(conversation.public_messages),
            form_key=secrets.token_hex(16),
        )

    def my_requests(self, viewer: Viewer) -> MyRequestsPage:
        """Return the requests that a signed-in customer sent; none for a viewer who is not signed in."""
        if viewer.user_id is None:
            return MyRequestsPage(requests=())
        with self._database.read() as work:
            return MyRequestsPage(requests=work.conversations.list_for_user(viewer.user_id, limit=MY_REQUESTS))

    def follow_up(self, key: str, viewer: Viewer, *, text: str, form_key: str) -> None:
        """Add a customer's message, which opens the request again; the same form sent twice adds once.

        Raises:
            InvalidInput: The text is empty or too long.
            NotFound: As `customer_page`.
        """
        body, now = _checked(text), self._clock.now()
        with self._database.work() as work:
            conversation = self._open(work, key, viewer)
            author = Viewer(user_id=viewer.user_id, name=conversation.name)
            message = _message(AuthorKind.CUSTOMER, author, body, form_key, now)
            if work.conversations.add_message(conversation.id, message):
                work.conversations.change(conversation.id, self._change_after_customer(conversation, now))

    def _change_after_customer(self, conversation: Conversation, now: datetime) -> ConversationChange:
        """Who waits already keeps the time they were promised; who comes back is promised a new one."""
        waits_already = conversation.state in WAITING_FOR_US
        return ConversationChange(
            state=choose_state(conversation.state, ConversationEvent.CUSTOMER_WROTE),
            updated_at=now,
            reply_expected_at=None if waits_already else self._correspondence.promise.for_request_at(now),
        )

    def _open(self, work: UnitOfWork, key: str, viewer: Viewer) -> Conversation:
        link = self._correspondence.links.read(key)
        if link is not None:
            conversation = work.conversations.get_by_reference(link.reference)
            allowed = conversation.token_version == link.token_version
        else:
            conversation = _by_reference(work, key)
            allowed = viewer.user_id is not None and conversation.user_id == viewer.user_id
        if not allowed:
            raise NotFound("There is no such request.")
        return conversation

    def _expectation(self, conversation: Conversation, viewer: Viewer) -> str:
        if conversation.state not in WAITING_FOR_US:
            return ""
        phrases = self._correspondence.book.phrases(viewer.locale)
        return phrases.reply_expectation(conversation.reply_expected_at, now=self._clock.now())


def _by_reference(work: UnitOfWork, reference: str) -> Conversation:
    normal = normalise_reference(reference)
    if not normal:
        raise NotFound("There is no such request.")
    return work.conversations.get_by_reference(normal)


def _linked(work: UnitOfWork, link: ArticleLink, conversation: Conversation, agent: Viewer) -> str:
    """Return the id of the published article that a link leads to; empty when it leads nowhere."""
    if link.is_id:
        article = work.articles.find(link.key, agent.audiences)
        return article.id if article is not None else ""
    former = normalise_url(f"/articles/{link.key}")
    slugs = (link.key, work.articles.find_redirect(former, agent.audiences) or "")
    locales = (conversation.locale,)
    found = (work.articles.find_by_slug(slug, agent.audiences, locales=locales) for slug in slugs if slug)
    return next((article.id for article in found if article is not None), "")


def _checked(text: str) -> str:
    body = clean_text(text)
    if not body:
        raise InvalidInput("The message is empty.", field="message")
    if len(body) > MAX_MESSAGE_LENGTH:
        raise InvalidInput(f"The message is longer than {MAX_MESSAGE_LENGTH:,} characters.", field="message")
    return body


def _message(kind: AuthorKind, author: Viewer, body: str, form_key: str, now: datetime) -> NewMessage:
    key = form_key[:64] or secrets.token_hex(16)
    return NewMessage(
        form_key=key, author_kind=kind, author_id=author.user_id, author_name=author.name, body=body, at=now
    )


def _shown(messages: tuple[Message, ...]) -> tuple[ShownMessage, ...]:
    return tuple(
        ShownMessage(
            author_kind=message.author_kind,
            author_name=message.author_name,
            at=message.at,
            text=message.body,
            html=render_message(message.body) if message.author_kind is AuthorKind.AGENT else None,
        )
        for message in messages
    )


def _with_slugs(work: UnitOfWork, steps: tuple[JourneyStep, ...], agent: Viewer) -> tuple[ShownStep, ...]:
    opened = {step.article_id for step in steps if step.article_id}
    visible = work.searches.visible_articles(opened, agent.audiences) if opened else {}
    return tuple(
        ShownStep(step=step, slug=visible[step.article_id].slug if step.article_id in visible else "") for step in steps
    )


def _is_late(request: Conversation | ConversationSummary, now: datetime) -> bool:
    return request.state in WAITING_FOR_US and request.reply_expected_at < now
