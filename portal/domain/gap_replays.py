"""Asking a gap's own wordings again: the proof that it is closed, and the suspicion why it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.gaps import GapEvent, GapState
from search_index import Verdict

#: Wordings that are asked again, the most asked first.
MOST_REPLAYED = 30
#: The fixing article must be among so many hits…
PROOF_RANK = 3
#: …for so many of a hundred wordings.
PROOF_PERCENT = 80


class GapCause(StrEnum):
    """Why customers do not find what they look for, as far as a machine can tell."""

    MISSING = "missing"
    OTHER_WORDS = "other_words"
    NOT_ENOUGH = "not_enough"
    AUDIENCE = "audience"
    TYPO = "typo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a wording was answered with.

    Attributes:
        rank: Of the article in question, from 1; 0 when it was not shown.
        best: Title of the best hit; empty without hits.
    """

    verdict: Verdict
    rank: int = 0
    best: str = ""

    @property
    def passes(self) -> bool:
        """Whether the article answers it."""
        return self.verdict is Verdict.ANSWERED and 1 <= self.rank <= PROOF_RANK


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReplayRow:
    """One wording before and after.

    Attributes:
        before: As the last customer saw it who searched in vain; None when that is not known.
        after: As a customer without an account sees it now.
    """

    wording: str
    locale: str
    before: Answered | None
    after: Answered


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReplay:
    """All wordings of a gap asked again.

    Attributes:
        article_id: The article that is to answer them; empty when there was none.
        generation: Of the index that was asked.
    """

    at: datetime
    article_id: str
    generation: str
    rows: tuple[GapReplayRow, ...]

    @property
    def asked(self) -> int:
        """How many wordings were asked."""
        return len(self.rows)

    @property
    def passed(self) -> int:
        """How many the article answers."""
        return sum(row.after.passes for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedNow:
    """One wording as the live index answers it to a customer without an account.

    Attributes:
        hits: Ids of the articles shown, best first, at most `PROOF_RANK`.
        titles: Theirs.
        corrected: Whether the search would read it in another spelling.
        generation: Of the index.
    """

    verdict: Verdict
    hits: tuple[str, ...]
    titles: tuple[str, ...]
    corrected: bool
    generation: str

    def of(self, article_id: str) -> Answered:
        """Tell how an article fares."""
        rank = self.hits.index(article_id) + 1 if article_id in self.hits else 0
        return Answered(verdict=self.verdict, rank=rank, best=self.titles[0] if self.titles else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearArticle:
    """An article near a gap, as far as it bears on the cause.

    Attributes:
        wordings: How many of the wordings asked it was shown for.
        answers: How many it answers, by the rule of proof.
        shares_words: Whether it holds any word of them that says what they are about.
    """

    id: str
    title: str
    slug: str
    wordings: int
    answers: int
    shares_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the cause is read from.

    Attributes:
        asked: Wordings that were asked.
        likely: How many of them search was sure or half sure of.
        corrected: How many it would read in another spelling.
        near: The nearest articles, best first.
        hidden: Title of an article that answers and that only others may see; empty without one.
        read_in_vain: Whether customers saw hits, and opened none or said that they did not help.
    """

    asked: int
    likely: int
    corrected: int
    near: tuple[NearArticle, ...]
    hidden: str
    read_in_vain: bool


def is_enough(passed: int, asked: int) -> bool:
    """Whether so many of so many wordings prove that a gap is closed; none prove nothing."""
    return asked > 0 and passed * 100 >= asked * PROOF_PERCENT


def may_still_be_enough(failed: int, asked: int) -> bool:
    """Whether a gap can still be closed after so many of its wordings were not answered."""
    return is_enough(asked - failed, asked)


def choose_fixing_article(answers: Sequence[AskedNow], candidates: Collection[str]) -> str:
    """Find the article that answers enough of the wordings; empty without one.

    Args:
        answers: To all wordings of the gap.
        candidates: Ids of articles that were published or changed since the gap appeared.
    """
    passed = Counter(hit for each in answers if each.verdict is Verdict.ANSWERED for hit in each.hits[:PROOF_RANK])
    fitting = [hit for hit in passed if hit in candidates and is_enough(passed[hit], len(answers))]
    return min(fitting, key=lambda hit: (-passed[hit], hit), default="")


def plan_after_replay(state: GapState, replay: GapReplay, *, changed_since: bool) -> tuple[GapState, GapEvent] | None:
    """Say what a replay makes of a gap; None when nothing changes.

    What search found from the start, and customers did not take, is no proof that anything got better: then the
    article has to have changed.

    Args:
        changed_since: Whether the article was published or changed since the gap appeared.
    """
    proved = is_enough(replay.passed, replay.asked)
    if state is GapState.DISMISSED or not replay.asked:
        return None
    if state is GapState.VERIFIED:
        return None if proved else (GapState.NEW, GapEvent.FELL_OUT)
    if proved and (changed_since or not _passed_before(replay)):
        return GapState.VERIFIED, GapEvent.PROVED
    if changed_since and state is not GapState.PUBLISHED:
        return GapState.PUBLISHED, GapEvent.ARTICLE_CHANGED
    return None


def choose_cause(evidence: Evidence) -> GapCause:
    """Suspect why customers fail."""
    if evidence.hidden:
        return GapCause.AUDIENCE
    if evidence.corrected * 2 > evidence.asked:
        return GapCause.TYPO
    likely = evidence.likely * 2 >= evidence.asked
    if not evidence.near or not (likely or evidence.read_in_vain):
        return GapCause.MISSING
    if evidence.near[0].shares_words:
        return GapCause.NOT_ENOUGH
    return GapCause.OTHER_WORDS if likely else GapCause.MISSING


def _passed_before(replay: GapReplay) -> bool:
    passed = sum(row.before is not None and row.before.passes for row in replay.rows)
    return is_enough(passed, replay.asked)
