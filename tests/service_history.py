"""A past for the figures: requests answered, solved, rated and linked, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from portal.domain.conversations import AuthorKind, Channel, ConversationState, HandoffReason
from portal.storage.base import Base
from portal.storage.database import Database
from portal.storage.request_rows import ArticleLinkRow, ConversationRow, LinkClickRow, MessageRow, RatingRow
from tests.live_site import LiveSite

CHANNELS = (Channel.MESSAGE, Channel.MESSAGE, Channel.CHAT, Channel.CALL_BACK)
#: Far above the numbers of what a test stores besides.
FIRST_ID = 1_000_000

Tables = dict[type[Base], list[dict[str, Any]]]


def live_a_past(
    database: Database,
    now: datetime,
    *,
    requests: int,
    agents: Sequence[int],
    articles: Sequence[str] = (),
    days: int = 60,
    seed: int = 7,
) -> None:
    """Store requests spread over the last days, most of them answered and solved, many rated."""
    chance = random.Random(seed)
    tables: Tables = {table: [] for table in (ConversationRow, MessageRow, ArticleLinkRow, LinkClickRow, RatingRow)}
    for number in range(FIRST_ID, FIRST_ID + requests):
        sent = _by_day(now - timedelta(minutes=chance.randrange(30, days * 24 * 60)), chance)
        _add_request(tables, number, sent, chance, now)
        if tables[ConversationRow][-1]["first_reply_at"] is not None:
            _add_answer(tables, chance, agents, articles)
    with database.work() as work:
        for table, rows in tables.items():
            if rows:
                work.session.execute(insert(table), rows)


def _by_day(at: datetime, chance: random.Random) -> datetime:
    """Most people write by day."""
    if chance.random() < 0.1:
        return at
    return (at - timedelta(days=1)).replace(hour=chance.randrange(8, 16))


def fill_with_a_past(site: LiveSite) -> None:
    """Give the site requests of the last weeks, unless it has them."""
    database = Database(site.environment.get("PORTAL_DATABASE_URL") or f"sqlite:///{site.instance / 'portal.sqlite3'}")
    with database.read() as work:
        people = {user.email.partition("@")[0]: user.id for user in work.users.list_all()}
        lived = work.conversations.has_reference("R-H1000000")
    if not lived:
        articles = ["hub-offline", "pairing-fails", "delivery-not-arrived"]
        agents = [people["agent"], people["writer"]]
        live_a_past(database, datetime.now(UTC), requests=300, agents=agents, articles=articles, days=85)
    database.dispose()


def _add_request(tables: Tables, number: int, sent: datetime, chance: random.Random, now: datetime) -> None:
    replied = sent + timedelta(minutes=int(chance.lognormvariate(3.6, 0.9)) + 2)
    solved = replied + timedelta(minutes=chance.randrange(30, 3_000))
    is_replied = replied < now and chance.random() < 0.95
    is_solved = is_replied and solved < now and chance.random() < 0.9
    tables[ConversationRow].append(
        {
            "id": number,
            "reference": f"R-H{number}",
            "form_key": f"history {number}",
            "state": ConversationState.SOLVED if is_solved else ConversationState.OPEN,
            "reason": chance.choice(list(HandoffReason)),
            "name": "Ada Berg",
            "email": "ada@example.org",
            "locale": "en",
            "journey": [],
            "channel": chance.choice(CHANNELS),
            "tags": ["account"] if chance.random() < 0.15 else [],
            "created_at": sent,
            "updated_at": sent,
            "reply_expected_at": sent + timedelta(hours=4),
            "first_reply_at": replied if is_replied else None,
            "solved_at": solved if is_solved else None,
            "assignee_id": None,
        }
    )
    asked = {"author_kind": AuthorKind.CUSTOMER, "author_id": None, "author_name": "Ada", "body": "Help", "at": sent}
    tables[MessageRow].append({"id": 2 * number, "conversation_id": number, **asked})


def _add_answer(tables: Tables, chance: random.Random, agents: Sequence[int], articles: Sequence[str]) -> None:
    row = tables[ConversationRow][-1]
    number, agent, at = row["id"], chance.choice(agents), row["first_reply_at"]
    row["assignee_id"] = agent
    said = {"author_kind": AuthorKind.AGENT, "author_id": agent, "author_name": "Ben", "body": "Here", "at": at}
    tables[MessageRow].append({"id": 2 * number + 1, "conversation_id": number, **said})
    if articles and chance.random() < 0.6:
        article = articles[min(int(chance.expovariate(0.7)), len(articles) - 1)]
        link = {"conversation_id": number, "article_id": article, "at": at}
        tables[ArticleLinkRow].append({"message_id": 2 * number + 1, "agent_id": agent, **link})
        if chance.random() < 0.7:
            tables[LinkClickRow].append(link)
    if row["solved_at"] is not None and chance.random() < 0.5:
        score = chance.choices((3, 2, 1), (7, 2, 1))[0]
        rating = {"conversation_id": number, "score": score, "agent_id": agent, "at": row["solved_at"]}
        tables[RatingRow].append(rating)
