"""The desk: requests as agents see them, and what agents do with them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.articles import Article, Audience
from portal.domain.attachments import Attachment
from portal.domain.canned_replies import fill, in_braces, variables_in
from portal.domain.clock import Clock
from portal.domain.conversations import (
    AuthorKind,
    Conversation,
    ConversationChange,
    ConversationEvent,
    MessageKind,
    choose_state,
    greeting_name,
)
from portal.domain.errors import InvalidInput, ReplyHeld
from portal.domain.journeys import JourneyStep
from portal.domain.past_questions import Voters, lessons_of_reply, linked_articles
from portal.domain.replies import ReplyCheck, answers_since, hidden_from
from portal.domain.reply_holds import ReplyHold
from portal.domain.request_pages import AgentRequestPage, Colleague, ShownStep
from portal.domain.tags import parse_tags
from portal.domain.targets import Targets
from portal.domain.users import Viewer
from portal.integrations.correspondence import Correspondence
from portal.services.message_texts import (
    NO_MESSAGES,
    checked_text,
    linked_article,
    new_message,
    queue_solved_mail,
    reads_in_page,
    recipient_audiences,
    reply_values,
    request_named,
    shown_messages,
)
from portal.storage.database import Database, UnitOfWork

#: Earlier requests of the same customer that a request's page shows.
EARLIER_REQUESTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRules:
    """What the desk goes by.

    Attributes:
        targets: By when replies and solutions are due.
        voters: Names agents to what search learns.
        company_name: For replies that speak of it.
    """

    targets: Targets
    voters: Voters
    company_name: str


class DeskService:
    """Shows agents the requests, and does what they decide."""

    def __init__(self, database: Database, clock: Clock, correspondence: Correspondence, rules: DeskRules) -> None:
        self._database = database
        self._clock = clock
        self._correspondence = correspondence
        self._rules = rules

    def agent_page(self, reference: str, agent: Viewer) -> AgentRequestPage:
        """Return one request with its journey and messages.

        Raises:
            NotFound: There is none with this reference.
        """
        with self._database.read() as work:
            conversation = request_named(work, reference)
            mails = work.mails.count_by_state(conversation.id)
            steps = _with_slugs(work, conversation.journey.steps, agent)
            earlier = work.queue.list_earlier(conversation, limit=EARLIER_REQUESTS)
            staff = work.users.list_staff()
        return AgentRequestPage(
            conversation=conversation,
            first_name=greeting_name(conversation.name),
            targets=self._rules.targets.of(conversation, self._clock.now()),
            steps=steps,
            messages=shown_messages(conversation.messages),
            last_message=max((message.id for message in conversation.messages), default=0),
            earlier=earlier,
            colleagues=tuple(Colleague(id=user.id, name=user.name) for user in staff),
            assignee=next((user.name for user in staff if user.id == conversation.assignee_id), ""),
            mails=mails,
            form_key=secrets.token_hex(16),
        )

    def answer(
        self,
        reference: str,
        agent: Viewer,
        *,
        text: str,
        form_key: str,
        files: tuple[Attachment, ...] = (),
        check: ReplyCheck | None = None,
    ) -> bool:
        """Store an agent's answer and queue its mail; the same form sent twice answers once.

        Variables are filled in. Search learns from the articles that it links. Whoever answers a request that nobody
        took has taken it.

        Args:
            text: Markdown, 1 to 20,000 characters.
            check: What the agent had seen; None looks at nothing else.

        Returns:
            Whether search learns from it.

        Raises:
            InvalidInput: The text is empty or too long, or holds variables that cannot be filled in; it names them.
            ReplyHeld: Another agent answered meanwhile, or the customer may not open an article that it links.
            NotFound: There is no such request.
        """
        body, now = checked_text(text), self._clock.now()
        with self._database.work() as work:
            conversation = request_named(work, reference)
            if any(message.form_key == form_key for message in conversation.messages if form_key):
                return False
            articles = self._linked(work, body, conversation, agent)
            body = self._filled(body, conversation, agent, articles)
            if check is not None:
                _hold_back(conversation, agent, articles, recipient_audiences(work, conversation), check)
            message = new_message(AuthorKind.AGENT, agent, body, form_key, now, files=files)
            if not work.conversations.add_message(conversation.id, message):
                return False
            self._take_note(work, conversation, agent, now)
            if not reads_in_page(work, conversation, now):
                writer = self._correspondence.writer
                draft = writer.answer(conversation, text=body, agent_name=agent.name, now=now, files=files)
                work.mails.queue(draft, now=now)
            ids = [article.id for article in articles]
            work.article_links.add(conversation.id, message.form_key, ids, agent_id=agent.user_id, at=now)
            return self._learn(work, conversation, articles, agent, now) > 0

    def _linked(self, work: UnitOfWork, body: str, conversation: Conversation, agent: Viewer) -> tuple[Article, ...]:
        links = linked_articles(body, self._correspondence.links.public_url)
        found = (linked_article(work, link, conversation.locale, agent) for link in links)
        return tuple({article.id: article for article in found if article is not None}.values())

    def _filled(self, body: str, conversation: Conversation, agent: Viewer, articles: tuple[Article, ...]) -> str:
        article = articles[0] if articles else None
        url = self._correspondence.links.public_url
        filled = fill(body, reply_values(conversation, agent, self._rules.company_name, article, url))
        left = variables_in(filled)
        if left:
            raise InvalidInput(f"Nothing could be filled in for {in_braces(left)}.", field="message")
        return filled

    def _take_note(self, work: UnitOfWork, conversation: Conversation, agent: Viewer, now: datetime) -> None:
        change = ConversationChange(
            state=choose_state(conversation.state, ConversationEvent.AGENT_ANSWERED),
            updated_at=now,
            first_reply_at=conversation.first_reply_at or now,
        )
        work.conversations.change(conversation.id, change)
        if conversation.assignee_id is None and agent.user_id is not None:
            work.queue.assign(conversation.id, agent.user_id, now)

    def _learn(
        self,
        work: UnitOfWork,
        conversation: Conversation,
        articles: tuple[Article, ...],
        agent: Viewer,
        now: datetime,
    ) -> int:
        """Store which articles answer this customer's questions; returns how much was learned."""
        if agent.user_id is None:
            return 0
        about = {article.id: " ".join((article.title, article.summary, *article.tags)) for article in articles}
        voter = self._rules.voters.user(agent.user_id)
        return work.past_questions.add(lessons_of_reply(conversation, about, voter=voter, at=now), now)

    def add_note(self, reference: str, agent: Viewer, *, text: str, form_key: str) -> None:
        """Store a note that only agents read; the same form sent twice notes once.

        Raises:
            InvalidInput: The text is empty or too long.
            NotFound: There is no such request.
        """
        body, now = checked_text(text), self._clock.now()
        with self._database.work() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            message = new_message(AuthorKind.AGENT, agent, body, form_key, now)
            work.conversations.add_message(conversation.id, replace(message, kind=MessageKind.NOTE))

    def assign(self, reference: str, assignee_id: int | None) -> None:
        """Give a request to an agent, or to nobody.

        Raises:
            InvalidInput: Whoever is named may not take requests, or not any more.
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            if assignee_id is not None and assignee_id not in {user.id for user in work.users.list_staff()}:
                raise InvalidInput("This person cannot take requests. Please choose somebody else.", field="assignee")
            work.queue.assign(conversation.id, assignee_id, self._clock.now())

    def set_urgent(self, reference: str, urgent: bool) -> None:
        """Mark a request as urgent, or as not.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            work.queue.set_urgent(conversation.id, urgent, self._clock.now())

    def set_tags(self, reference: str, text: str) -> None:
        """Replace a request's tags.

        Args:
            text: Tags separated by commas, as somebody typed them.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            work.queue.set_tags(conversation.id, parse_tags(text), self._clock.now())

    def open_again(self, reference: str) -> None:
        """Open a request that was solved, with a promise from now on; others stay as they are.

        Raises:
            NotFound: There is no such request.
        """
        now = self._clock.now()
        with self._database.work() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            state = choose_state(conversation.state, ConversationEvent.OPENED_AGAIN)
            if state is conversation.state:
                return
            due = self._correspondence.promise.for_request_at(now)
            work.conversations.change(
                conversation.id, ConversationChange(state=state, updated_at=now, reply_expected_at=due)
            )

    def solve(self, reference: str) -> None:
        """Mark a request as solved; doing so twice does no harm.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            conversation, now = request_named(work, reference, after=NO_MESSAGES), self._clock.now()
            state = choose_state(conversation.state, ConversationEvent.MARKED_SOLVED)
            work.conversations.change(conversation.id, ConversationChange(state=state, updated_at=now))
            queue_solved_mail(work, self._correspondence, conversation, now)

    def revoke_links(self, reference: str) -> None:
        """Make all private links to a request worthless; the next mail brings a new one.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.work() as work:
            work.conversations.revoke_links(request_named(work, reference, after=NO_MESSAGES).id)


def _hold_back(
    conversation: Conversation,
    agent: Viewer,
    articles: tuple[Article, ...],
    audiences: frozenset[Audience],
    check: ReplyCheck,
) -> None:
    """Raise `ReplyHeld` where the agent should look again."""
    others = answers_since(conversation.messages, check, agent.user_id)
    if others:
        names = tuple(dict.fromkeys(message.author_name for message in others))
        raise ReplyHeld("Another agent answered meanwhile.", hold=ReplyHold.ANSWERED_MEANWHILE, names=names)
    hidden = () if check.hidden_confirmed else hidden_from(articles, audiences)
    if hidden:
        raise ReplyHeld("The customer may not open an article.", hold=ReplyHold.HIDDEN_ARTICLE, names=hidden)


def _with_slugs(work: UnitOfWork, steps: tuple[JourneyStep, ...], agent: Viewer) -> tuple[ShownStep, ...]:
    opened = {step.article_id for step in steps if step.article_id}
    visible = work.searches.visible_articles(opened, agent.audiences) if opened else {}
    return tuple(
        ShownStep(step=step, slug=visible[step.article_id].slug if step.article_id in visible else "") for step in steps
    )
