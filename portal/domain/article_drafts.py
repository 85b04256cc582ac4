"""An article begun from a request that was solved: what was asked and what helped, without the people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.conversations import AuthorKind, Conversation, Message
from portal.domain.redaction import redact

#: Longest title and summary, in characters; a writer shortens further.
MAX_TITLE_LENGTH = 90
MAX_SUMMARY_LENGTH = 200

#: Shorter parts of a name are ordinary words too often; they go only where they are written like a name.
_SHORTEST_NAME = 3
_WORDS_OF_A_QUESTION = 3

_REFERENCE = re.compile(r"\bR-[0-9A-Z]{6}\b", re.IGNORECASE)
_ORDER = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,4}-?\d{4,}|#\s?\d{4,}|(?:order|invoice|ticket)\s+(?:no\.?\s*)?\d{4,})\b", re.IGNORECASE
)
_GREETING = re.compile(r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^.!?\n]{0,60}[,.!]?", re.IGNORECASE)
_FAREWELL = re.compile(
    r"(?:(?:kind|best|warm) regards|regards|best wishes|many thanks|thanks|thank you|cheers|yours(?: sincerely)?|"
    r"best)[,.!]?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_STEP = re.compile(r"[ \t]{0,3}(?:\d{1,2}[.)]|[-*+])[ \t]+\S")
_HEADING = re.compile(r"#{1,6}[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """What a draft begins with, in the words of the request.

    Attributes:
        body: Markdown with the headings Problem, Answer and, where the answer had any, Steps.
    """

    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """A draft as writers see it.

    Attributes:
        reference: Of the request it was made from.
        author: Who made it.
        markdown: The whole file, front matter included; empty in lists.
    """

    id: str
    title: str
    reference: str
    author: str
    created_at: datetime
    markdown: str = ""


def plan_draft(conversation: Conversation) -> DraftText | None:
    """Begin an article from a request; None when nobody answered it.

    Args:
        conversation: With its messages; notes and what the portal said are passed over.
    """
    asked = [message for message in conversation.public_messages if message.author_kind is AuthorKind.CUSTOMER]
    reply = best_reply(conversation.messages)
    if reply is None:
        return None
    names = _names_in(conversation)
    problem = _without_letter_parts(without_people(asked[0].body if asked else "", names))
    answer = _HEADING.sub("", _without_letter_parts(without_people(reply.body, names)))
    prose, steps = _divided(answer)
    title = _title_of(problem)
    parts = [("Problem", problem), ("Answer", prose), ("Steps", steps)]
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in parts if text)
    return DraftText(title=title, summary=_cut(_first_sentence(prose) or title, MAX_SUMMARY_LENGTH), body=f"{body}\n")


def best_reply(messages: Iterable[Message]) -> Message | None:
    """Return the answer to begin from: the one with most steps, of those the longest; None without any."""
    answers = (message for message in messages if message.is_answer)
    return max(answers, key=lambda message: (_count_steps(message.body), len(message.body)), default=None)


def without_people(text: str, names: Sequence[str]) -> str:
    """Take out what tells of people: names, addresses, numbers of telephones, cards, orders and requests.

    Args:
        text: What somebody wrote.
        names: Of the people of the request, in full.
    """
    text = _REFERENCE.sub("[reference]", text)
    text = redact(_ORDER.sub("[order number]", text))
    for name in sorted(_parts_of(names), key=len, reverse=True):
        case = re.IGNORECASE if len(name) >= _SHORTEST_NAME else re.NOFLAG
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", text, flags=case)
    return re.sub(r"\[name\](?:[ \t]+\[name\])+", "[name]", text)


def _parts_of(names: Sequence[str]) -> set[str]:
    parts = {part.strip(".,") for name in names for part in (name, *name.split())}
    return {part for part in parts if len(part) > 1}


def _names_in(conversation: Conversation) -> tuple[str, ...]:
    """The customer and everybody who wrote; the part of an address before the @ is often a name too."""
    local = re.split(r"[._+\d-]+", conversation.email.partition("@")[0])
    mailed = (part for part in local if len(part) > _SHORTEST_NAME)
    return (conversation.name, *(message.author_name for message in conversation.messages), *mailed)


def _without_letter_parts(text: str) -> str:
    """Take out greeting and farewell, which belong to a letter."""
    lines = text.strip().split("\n")
    if lines and _GREETING.fullmatch(lines[0].strip()):
        lines = lines[1:]
    end = next((place for place, line in enumerate(lines) if place and _FAREWELL.fullmatch(line.strip())), len(lines))
    kept = lines[:end] if all(not _STEP.match(line) for line in lines[end:]) else lines
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _divided(answer: str) -> tuple[str, str]:
    """Divide an answer into prose and steps; a line that belongs to a step stays with it."""
    prose: list[str] = []
    steps: list[str] = []
    in_step = False
    for line in answer.split("\n"):
        in_step = bool(_STEP.match(line)) or (in_step and line.startswith((" ", "\t")) and bool(line.strip()))
        (steps if in_step else prose).append(line)
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(prose)).strip()
    return tidy, "\n".join(steps)


def _count_steps(text: str) -> int:
    return sum(bool(_STEP.match(line)) for line in text.split("\n"))


def _title_of(problem: str) -> str:
    return _cut(_first_sentence(problem).rstrip(".! ") or "What a customer asked", MAX_TITLE_LENGTH)


def _first_sentence(text: str) -> str:
    """The first sentence of some words, else the first of any."""
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]
    of_some_words = (sentence for sentence in sentences if len(sentence.split()) >= _WORDS_OF_A_QUESTION)
    return next(of_some_words, sentences[0] if sentences else "")


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
