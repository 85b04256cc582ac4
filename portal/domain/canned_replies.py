"""Canned replies: prepared answers with variables that are filled in for each request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.conversations import clean_name, clean_text
from portal.domain.errors import InvalidInput

MAX_TITLE_LENGTH = 100
MAX_BODY_LENGTH = 5_000

_VARIABLE = re.compile(r"\{\{\s*([^{}\n]{0,100}?)\s*\}\}")

#: A name that is spoken to, with the comma that goes when nobody knows the name.
_SPOKEN_TO = re.compile(r",?[^\S\n]*\{\{\s*customer\.(?:first_)?name\s*\}\}")


class Situation(StrEnum):
    """What a canned reply is for."""

    NO_ARTICLE = "no_article"
    ARTICLE_FAILED = "article_failed"
    LINK = "link"
    URGENT = "urgent"
    LATE = "late"
    CALL_BACK = "call_back"
    QUESTION = "question"
    CLOSING = "closing"
    OTHER = "other"


class Variable(StrEnum):
    """What can be filled in; the words between the double braces."""

    CUSTOMER_FIRST_NAME = "customer.first_name"
    CUSTOMER_NAME = "customer.name"
    AGENT_FIRST_NAME = "agent.first_name"
    AGENT_NAME = "agent.name"
    REQUEST_REFERENCE = "request.reference"
    ARTICLE_TITLE = "article.title"
    ARTICLE_URL = "article.url"
    COMPANY_NAME = "company.name"


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """A prepared answer, in Markdown."""

    id: int
    title: str
    situation: Situation
    body: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCannedReply:
    """A prepared answer about to be stored."""

    title: str
    situation: Situation
    body: str


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names between double braces in a text, each once, in order."""
    return tuple(dict.fromkeys(match[1] for match in _VARIABLE.finditer(text)))


def unknown_variables(text: str) -> tuple[str, ...]:
    """Return the names between double braces that nothing can be filled in for."""
    return tuple(name for name in variables_in(text) if name not in set(Variable))


def fill(text: str, values: Mapping[Variable, str]) -> str:
    """Fill in what is known; variables without a value stay as they are, so that they are seen and not sent.

    Where the customer gave no name, they are not spoken to by it: the comma before goes too.
    """
    known = {name.value: value for name, value in values.items() if value}
    if Variable.CUSTOMER_FIRST_NAME in values and not values[Variable.CUSTOMER_FIRST_NAME]:
        text = _SPOKEN_TO.sub("", text)
    return _VARIABLE.sub(lambda match: known.get(match[1], match[0]), text)


def checked_canned_reply(title: str, situation: str, body: str) -> NewCannedReply:
    """Return a canned reply fit to be stored.

    Raises:
        InvalidInput: A text is missing or too long, the situation is none, or a variable is unknown; the message
            names it.
    """
    title, body = clean_name(title), clean_text(body)
    if not title or len(title) > MAX_TITLE_LENGTH:
        raise InvalidInput(f"Please give it a title of 1 to {MAX_TITLE_LENGTH} characters.", field="title")
    if not body or len(body) > MAX_BODY_LENGTH:
        raise InvalidInput(f"Please write a text of 1 to {MAX_BODY_LENGTH:,} characters.", field="body")
    if situation not in set(Situation):
        raise InvalidInput("Please choose what it is for.", field="situation")
    unknown = unknown_variables(body)
    if unknown:
        raise InvalidInput(f"Nothing can be filled in for {in_braces(unknown)}.", field="body")
    return NewCannedReply(title=title, situation=Situation(situation), body=body)


def in_braces(names: tuple[str, ...]) -> str:
    """Name variables the way they are written."""
    return ", ".join(f"{{{{{name}}}}}" for name in names)
