"""Was this helpful?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: Longest comment, in characters.
MAX_COMMENT_CHARACTERS = 2_000


class VoteReason(StrEnum):
    """Why an article did not help, in the customer's choice."""

    NOT_MY_QUESTION = "not_my_question"
    UNCLEAR = "unclear"
    STEPS_FAILED = "steps_failed"
    OUTDATED = "outdated"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One journey's opinion of one article; a later vote replaces the earlier.

    Attributes:
        comment: The customer's words, redacted; may be empty.
        search_id: The search that led to the article, if one did.
    """

    journey_id: str
    article_id: str
    helpful: bool
    reason: VoteReason | None
    comment: str
    search_id: str
    at: datetime
