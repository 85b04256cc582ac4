"""Past questions: what customers asked, and the article that a person said answers it.

Search learns from them. Only people's words count: an agent links an article in a reply, a customer says that an
article helped them, a company brings its old requests along.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from portal.domain.content_words import content_words
from portal.domain.conversations import AuthorKind, Conversation, Message, MessageKind
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.redaction import redact, wording_of
from portal.domain.users import Role, Viewer, has_role

#: Most characters of one question: a model reads no more, and the point of a message stands at its beginning.
MAX_QUESTION_CHARACTERS = 300
#: Queries of one journey that an agent's answer is taken to answer, the last ones.
MAX_QUERIES = 3
#: Most articles of one reply that are learned from: a list of links answers nothing in particular.
MAX_LINKED_ARTICLES = 5
#: A search this much older than the end of its journey led somewhere else.
SAME_ERRAND = timedelta(hours=24)
#: A customer's "yes" this long after their search is about something else.
RIGHT_AFTER = timedelta(hours=2)
#: The least that is left of a past question's weight, however many customers say that the article did not help.
LEAST_TRUST = 0.25

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
#: A sentence of fewer words than this before others is a greeting.
_WORDS_OF_A_QUESTION = 3
_SHORTEST_NAME = 3
_ADDRESS = re.compile(r"(?<![\w/.])(?:https?://|/)[^\s<>()\[\]{}\"'“”‘’|\\^`]+", re.IGNORECASE)
_ARTICLE_PATH = re.compile(r"/(articles|a)/([^/?#]+)/?")


class EvidenceSource(StrEnum):
    """Who said that the article answers the question."""

    AGENT_REPLY = "agent_reply"
    AGENT_SAID = "agent_said"
    CUSTOMER_CONFIRMED = "customer_confirmed"
    IMPORTED = "imported"


#: What the word of each is worth. Customers vote for what they were shown, so theirs says less than an agent's.
WEIGHTS = {
    EvidenceSource.AGENT_REPLY: 1.0,
    EvidenceSource.AGENT_SAID: 1.0,
    EvidenceSource.CUSTOMER_CONFIRMED: 0.5,
    EvidenceSource.IMPORTED: 1.0,
}


class WithdrawnReason(StrEnum):
    """Why a past question does not count any more."""

    CHANGED_THEIR_MIND = "changed_their_mind"
    LINK_DID_NOT_HELP = "link_did_not_help"
    BY_STAFF = "by_staff"
    VOTER_WITHDRAWN = "voter_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPastQuestion:
    """A question and its article about to be stored.

    Attributes:
        text: What was asked, redacted.
        voter: Hash of who said so; empty for unknown.
        conversation_id: The request in which an agent said so.
        journey_id: The journey on which it was asked; empty for unknown.
        at: When it was said; of imported ones when it was asked.
    """

    text: str
    article_id: str
    source: EvidenceSource
    voter: str
    at: datetime
    conversation_id: int | None = None
    journey_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedQuestion:
    """A stored past question, as staff see it.

    Attributes:
        article_title: Empty when the article is gone.
        in_use: Whether search counts it: it is not withdrawn and its article is published.
        doubts: Customers who asked the same and said that the article did not help.
    """

    id: int
    text: str
    article_id: str
    article_title: str
    article_slug: str
    source: EvidenceSource
    voter: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: WithdrawnReason | None
    in_use: bool
    doubts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """A link to an article of this site: by slug, or by id where `is_id`."""

    key: str
    is_id: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voters:
    """Names voters by hashes that only this instance can make.

    Attributes:
        secret: Keys the hashes.
    """

    secret: str

    def user(self, user_id: int) -> str:
        """Name a person with an account."""
        return self._hash(f"user {user_id}")

    def visitor(self) -> str:
        """Name all who are not signed in: together they have one voice, because visitors can be made up."""
        return self._hash("visitors")

    def viewer(self, viewer: Viewer) -> str:
        """Name whoever is asking."""
        return self.visitor() if viewer.user_id is None else self.user(viewer.user_id)

    def _hash(self, name: str) -> str:
        return hmac.new(self.secret.encode(), f"portal.voter {name}".encode(), hashlib.sha256).hexdigest()[:32]


def source_of_vote(viewer: Viewer) -> EvidenceSource:
    """Say whose word a "yes" is."""
    return EvidenceSource.AGENT_SAID if has_role(viewer, Role.AGENT) else EvidenceSource.CUSTOMER_CONFIRMED


def trust(source: EvidenceSource, doubts: int) -> float:
    """Weigh a past question: by who said so, less the more customers it did not help, never nothing.

    Args:
        doubts: 0 or more.
    """
    return WEIGHTS[source] * max(1 / (1 + doubts), LEAST_TRUST)


def linked_articles(text: str, public_url: str) -> tuple[ArticleLink, ...]:
    """Find the links to articles of this site in a reply, each once, in their order, at most five.

    Args:
        text: Markdown or plain text.
        public_url: Address of this site; links to other sites are none of ours.
    """
    found = (_article_link(match.group().rstrip(".,;:!?*_~"), public_url) for match in _ADDRESS.finditer(text))
    return tuple(dict.fromkeys(link for link in found if link is not None))[:MAX_LINKED_ARTICLES]


def _article_link(address: str, public_url: str) -> ArticleLink | None:
    try:
        link, site = urlsplit(address), urlsplit(public_url)
    except ValueError:
        return None
    if link.netloc and link.netloc.lower() != site.netloc.lower():
        return None
    path = link.path.removeprefix(site.path.rstrip("/")) if link.netloc else link.path
    matched = _ARTICLE_PATH.fullmatch(path)
    return ArticleLink(key=unquote(matched[2]), is_id=matched[1] == "a") if matched else None


def questions_answered(conversation: Conversation, about: str) -> tuple[str, ...]:
    """Say what an agent answers who now links an article: the customer's message, and what they searched in vain.

    A journey may hold several errands. The last failed query led to the hand-off; an earlier one belongs to it only if
    it shares a word with the message or with the article.

    Args:
        conversation: With its messages, before the answer.
        about: What the article is about: its title, summary and tags.

    Returns:
        Redacted questions without the customer's name, no two of one wording; may be empty.
    """
    message = _message_to_answer(conversation.messages)
    texts = [question_of(message.body, conversation.name)] if message is not None else []
    queries = [_without_name(redact(query), conversation.name) for query in failed_queries(conversation.journey)]
    topic = content_words(message.body if message is not None else "") | content_words(about)
    texts += queries[:1] + [query for query in queries[1:] if not topic.isdisjoint(content_words(query))]
    distinct = {wording_of(text): text for text in reversed(texts) if wording_of(text)}
    return tuple(reversed(distinct.values()))


def failed_queries(journey: Journey) -> tuple[str, ...]:
    """Return what was searched in vain on a journey that ended with a human, the last first, at most three."""
    if not journey.steps:
        return ()
    since = journey.steps[-1].at - SAME_ERRAND
    found: dict[str, str] = {}
    helped = False
    for step in reversed(journey.steps):
        helped = helped or _says_yes(step)
        if step.kind is StepKind.SEARCHED:
            if not helped and step.at >= since:
                found.setdefault(wording_of(step.text), step.text)
            helped = False
    return tuple(found.values())[:MAX_QUERIES]


def _says_yes(step: JourneyStep) -> bool:
    return step.kind is StepKind.VOTED and step.detail == "yes"


def _message_to_answer(messages: Sequence[Message]) -> Message | None:
    """Return the first message of the customer since the last answer; the very first where there is none."""
    messages = [each for each in messages if each.kind is MessageKind.MESSAGE]
    since = max((place for place, each in enumerate(messages) if each.author_kind is AuthorKind.AGENT), default=-1)
    waiting = [each for each in messages[since + 1 :] if each.author_kind is AuthorKind.CUSTOMER]
    return next(iter(waiting), messages[0] if messages else None)


def question_of(body: str, name: str) -> str:
    """Say what a customer's message asks: its first sentences as far as they fit, without a greeting.

    Personal data and the customer's name are removed.
    """
    sentences = [" ".join(each.split()) for each in _SENTENCE_END.split(redact(body)) if each.strip()]
    telling = [each for each in sentences if len(each.split()) >= _WORDS_OF_A_QUESTION] or sentences
    text = ""
    for sentence in telling:
        if text and len(text) + 1 + len(sentence) > MAX_QUESTION_CHARACTERS:
            break
        text = f"{text} {sentence}".strip()
    return _without_name(_cut(text), name)


def _cut(text: str) -> str:
    if len(text) <= MAX_QUESTION_CHARACTERS:
        return text
    return text[:MAX_QUESTION_CHARACTERS].rsplit(" ", 1)[0]


def _without_name(text: str, name: str) -> str:
    """Take out the name the customer gave, which no redaction can know."""
    parts = [re.escape(part) for part in name.split() if len(part) >= _SHORTEST_NAME]
    if not parts:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", "[name]", text, flags=re.IGNORECASE)


def clean_question(text: str) -> str:
    """Make a question from elsewhere fit to be stored: redacted, one line, cut to its length."""
    return _cut(" ".join(redact(text.replace("\x00", " ")).split()))


def lessons_of_reply(
    conversation: Conversation, articles: Mapping[str, str], *, voter: str, at: datetime
) -> tuple[NewPastQuestion, ...]:
    """Plan what is learned from a reply: with each article it links, the questions that this one answers.

    Args:
        articles: What each linked article is about, by its id.
    """
    return tuple(
        NewPastQuestion(
            text=text,
            article_id=article_id,
            source=EvidenceSource.AGENT_REPLY,
            voter=voter,
            at=at,
            conversation_id=conversation.id,
            journey_id=conversation.journey.id,
        )
        for article_id, about in articles.items()
        for text in questions_answered(conversation, about)
    )
