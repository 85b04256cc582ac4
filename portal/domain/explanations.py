"""Why a search came out as it did, for those who work here: what the database has confirmed of an explanation."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.users import Role, Viewer, has_role
from search_index import ExplainedAbsence, ExplainedArticle, ExplainedVerdict, ExplainedWeights, ExplainedWord


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationWish:
    """A wish to know why.

    Attributes:
        reader: Who will read it. On a page the one who searches; at the command line whoever runs it.
        article: Address, id, slug or title of an article that was expected; empty for none.
    """

    reader: Viewer
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedHit:
    """A hit that may be shown, with its reasons."""

    title: str
    url: str
    article: ExplainedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedExpectation:
    """An article that somebody expected, and why it is no hit.

    Attributes:
        asked: As it was typed.
        title: Empty where no published article that the reader may see is called so.
        url: Its path; empty as the title is.
        last_title: Of the last hit shown, which it is compared with; empty where there is none.
    """

    asked: str
    absence: ExplainedAbsence
    title: str = ""
    url: str = ""
    last_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExplanation:
    """An explanation that its reader may see.

    Attributes:
        words: The words of the query, in the order typed; empty where nothing could be searched.
        hits: As they are shown.
        candidates: How many articles were ranked.
        expected: None where no article was asked about.
    """

    words: tuple[ExplainedWord, ...]
    weights: ExplainedWeights | None
    hits: tuple[ExplainedHit, ...]
    candidates: int
    verdict: ExplainedVerdict | None
    expected: ExplainedExpectation | None


def may_read_explanations(viewer: Viewer) -> bool:
    """Whether this viewer may see why a search came out as it did: whoever works here may, nobody else."""
    return has_role(viewer, Role.AGENT)
