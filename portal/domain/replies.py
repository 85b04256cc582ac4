"""Replies of agents: what holds one back before it is sent, and what an agent may decide all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.domain.articles import Article, Audience
from portal.domain.conversations import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCheck:
    """What an agent knew when they sent a reply.

    Attributes:
        seen: Number of the last message on their page; 0 when that is unknown, and then nothing is compared.
        hidden_confirmed: They wish to link articles that the customer may not open.
    """

    seen: int = 0
    hidden_confirmed: bool = False


def answers_since(messages: Sequence[Message], check: ReplyCheck, agent_id: int | None) -> tuple[Message, ...]:
    """Return what other agents answered after the last message that this one has seen."""
    if not check.seen:
        return ()
    return tuple(
        message
        for message in messages
        if message.id > check.seen and message.is_answer and message.author_id != agent_id
    )


def hidden_from(articles: Iterable[Article], audiences: frozenset[Audience]) -> tuple[str, ...]:
    """Return the titles of those articles that a recipient of these audiences may not open."""
    return tuple(article.title for article in articles if article.audience not in audiences)
