"""The journey: what a customer searched, read and voted before they asked for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepKind(StrEnum):
    """What kind of thing happened on a journey."""

    SEARCHED = "searched"
    OPENED = "opened"
    VOTED = "voted"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """One thing a customer did, as they and the agent will read it.

    Attributes:
        key: Identifies the step within the journey, so that the customer can prune it in a form.
        text: The query, or the article's title.
        detail: The verdict of a search, ``yes`` or ``no`` for a vote, the section of an opened article.
        article_id: The article opened or voted on; empty for a search.
        seconds: How long an opened article was in sight, 0 when unknown.
    """

    key: str
    kind: StepKind
    at: datetime
    text: str
    detail: str = ""
    article_id: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Steps in the order in which they happened; may be empty."""

    id: str
    steps: tuple[JourneyStep, ...] = ()

    def pruned(self, kept: frozenset[str]) -> Journey:
        """Return the journey with only the steps whose keys are in `kept`."""
        return Journey(id=self.id, steps=tuple(step for step in self.steps if step.key in kept))
