"""One vote of each journey for each article."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.votes import Vote, VoteReason
from portal.storage.database import Database
from tests.search_builders import JOURNEY, NOW

NO = Vote(
    journey_id=JOURNEY,
    article_id="hub",
    helpful=False,
    reason=VoteReason.UNCLEAR,
    comment="Which pin-hole?",
    search_id="s",
    at=NOW,
)


def test_a_later_vote_replaces_the_earlier(database: Database) -> None:
    with database.work() as work:
        assert work.votes.find(JOURNEY, "hub") is None
        assert work.votes.count("hub") == (0, 0)
        work.votes.put(NO)
        assert work.votes.find(JOURNEY, "hub") == NO
        yes = replace(NO, helpful=True, reason=None, comment="")
        work.votes.put(yes)
        assert work.votes.find(JOURNEY, "hub") == yes
        work.votes.put(replace(NO, journey_id="k" * 32))
        work.votes.put(replace(NO, article_id="plug"))
        assert work.votes.count("hub") == (1, 1)
