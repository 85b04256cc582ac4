"""Content gaps as writers work on them: the list, one gap, and what is decided by hand."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from portal.content.draft_files import draft_markdown, draft_source
from portal.content.slugs import slugify
from portal.domain.articles import ArticleSummary
from portal.domain.clock import Clock
from portal.domain.errors import InvalidInput
from portal.domain.gap_asks import figures_of, wordings_of
from portal.domain.gap_outline import outline_of
from portal.domain.gap_replays import GapReplay
from portal.domain.gaps import (
    OPEN_STATES,
    PERIOD,
    Gap,
    GapEvent,
    GapState,
    GapWording,
    choices_of,
    choose_state,
    clean_name,
    in_order,
)
from portal.domain.jobs import JobKind
from portal.domain.paging import choose_page
from portal.domain.users import Role, User, Viewer
from portal.storage.database import Database, UnitOfWork

#: Wordings, replays, and other gaps and articles to choose from that a gap's page shows.
WORDINGS_SHOWN = 100
REPLAYS_SHOWN = 5
OTHERS_SHOWN = 100
ARTICLES_FOUND = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsPage:
    """One page of the writers' list.

    Attributes:
        state: Only gaps in this state; None for all that are open.
        counts: Gaps by state.
        handoff_minutes: Of an agent for each hand-off.
        number: Of this page, from 1.
        last: Number of the last page, at least 1.
        total: Gaps on all pages.
    """

    gaps: tuple[Gap, ...]
    state: GapState | None
    counts: Mapping[GapState, int]
    handoff_minutes: int
    number: int
    last: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPage:
    """One gap with all that helps to close it.

    Attributes:
        wordings: The most asked first, at most 100.
        more_wordings: How many there are beside them.
        replays: The newest first.
        article: The one that is to close it; None without one, or when it is not published.
        choices: States that a person may choose.
        writers: Who may own it.
        others: Open gaps it could be merged with, the most expensive first.
    """

    gap: Gap
    handoff_minutes: int
    wordings: tuple[GapWording, ...]
    more_wordings: int
    replays: tuple[GapReplay, ...]
    article: ArticleSummary | None
    choices: tuple[GapState, ...]
    writers: tuple[User, ...]
    others: tuple[Gap, ...]


class GapService:
    """Shows gaps to writers and does what they decide.

    Args:
        handoff_minutes: Of an agent for each hand-off.
    """

    def __init__(self, database: Database, clock: Clock, *, handoff_minutes: int, gaps_per_page: int = 25) -> None:
        self._database = database
        self._clock = clock
        self._handoff_minutes = handoff_minutes
        self._gaps_per_page = gaps_per_page

    def list_page(self, state: GapState | None = None, number: int = 1) -> GapsPage:
        """Return one page of gaps, the most expensive first; a number beyond the last gives the last."""
        with self._database.read() as work:
            counts = work.gaps.count_by_state()
            gaps = in_order(work.gaps.list_in((state,) if state else OPEN_STATES), self._handoff_minutes)
        span = choose_page(number, len(gaps), self._gaps_per_page)
        return GapsPage(
            gaps=gaps[span.offset : span.offset + self._gaps_per_page],
            state=state,
            counts=counts,
            handoff_minutes=self._handoff_minutes,
            number=span.number,
            last=span.last,
            total=len(gaps),
        )

    def page(self, gap_id: int, writer: Viewer) -> GapPage:
        """Return one gap with all that helps to close it.

        Raises:
            NotFound: There is none with this number.
        """
        with self._database.read() as work:
            gap = work.gaps.get(gap_id)
            wordings = work.gaps.list_wordings(gap_id)
            others = in_order(work.gaps.list_in(OPEN_STATES), self._handoff_minutes)
            linked = work.articles.list_summaries([gap.article_id] if gap.article_id else [], writer.audiences)
            return GapPage(
                gap=gap,
                handoff_minutes=self._handoff_minutes,
                wordings=wordings[:WORDINGS_SHOWN],
                more_wordings=max(0, len(wordings) - WORDINGS_SHOWN),
                replays=work.gaps.list_replays(gap_id, REPLAYS_SHOWN),
                article=linked[0] if linked else None,
                choices=choices_of(gap.state),
                writers=_writers(work),
                others=tuple(each for each in others if each.id != gap_id and each.cluster_id)[:OTHERS_SHOWN],
            )

    def find_articles(self, text: str, writer: Viewer) -> tuple[ArticleSummary, ...]:
        """Return published articles whose title, id or summary hold all words that were typed; empty without any."""
        words = text.casefold().split()
        if not words:
            return ()
        with self._database.read() as work:
            articles = work.articles.list_all(writer.audiences)
        named = ((each, f"{each.title} {each.id} {each.summary}".casefold()) for each in articles)
        found = [each for each, name in named if all(word in name for word in words)]
        return tuple(sorted(found, key=lambda each: (len(each.title), each.id))[:ARTICLES_FOUND])

    def set_state(self, gap_id: int, wanted: str, writer: Viewer, *, reason: str = "") -> GapState:
        """Bring a gap into another state.

        Args:
            wanted: One of `GapState`; nobody can make a gap published or verified.
            reason: Why, where it is dismissed.

        Raises:
            NotFound: There is no such gap.
            InvalidInput: The state does not follow, or a reason is missing.
        """
        with self._database.work() as work:
            gap = work.gaps.get(gap_id)
            state = choose_state(gap.state, wanted, reason=reason)
            was_closed = gap.state in (GapState.DISMISSED, GapState.VERIFIED)
            event = GapEvent.REOPENED if state is GapState.NEW and was_closed else GapEvent.MOVED
            work.gaps.change(
                gap_id, state, by=writer.name, now=self._clock.now(), event=event,
                reason=" ".join(reason.split()) if state is GapState.DISMISSED else "",
            )  # fmt: skip
        return state

    def plan(self, gap_id: int, writer: Viewer, *, owner_id: int | None, due: date | None) -> None:
        """Say who writes, and until when; a new gap becomes planned, one without owner and date stays as it is.

        Raises:
            NotFound: There is no such gap.
            InvalidInput: The owner is nobody who may write.
        """
        with self._database.work() as work:
            gap = work.gaps.get(gap_id)
            if owner_id is not None and owner_id not in {user.id for user in _writers(work)}:
                raise InvalidInput("Please choose somebody who may write.", field="owner")
            work.gaps.set_owner(gap_id, owner_id, due)
            if gap.state is GapState.NEW and (owner_id or due):
                work.gaps.change(gap_id, GapState.PLANNED, by=writer.name, now=self._clock.now())

    def link_article(self, gap_id: int, article_id: str, writer: Viewer) -> None:
        """Say which article is to close a gap, and let its searches be asked again; an empty id takes it back.

        Raises:
            NotFound: There is no such gap, or no such published article for this writer.
        """
        with self._database.work() as work:
            gap = work.gaps.get(gap_id)
            if article_id:
                work.articles.get(article_id, writer.audiences)
                now = self._clock.now()
                work.jobs.add(JobKind.REPLAY_GAPS, key=str(gap_id), payload={"gap_id": gap_id}, now=now)
                if gap.state is GapState.NEW:
                    work.gaps.change(gap_id, GapState.PLANNED, by=writer.name, now=now)
            work.gaps.set_article(gap_id, article_id)

    def rename(self, gap_id: int, name: str) -> None:
        """Name a gap by hand; no run of the sorting changes that again.

        Raises:
            NotFound: There is no such gap.
            InvalidInput: The name is empty or too long.
        """
        with self._database.work() as work:
            work.gaps.rename(gap_id, clean_name(name))

    def merge(self, gap_id: int, other_id: int, writer: Viewer) -> None:
        """Take the wordings of another gap into this one, for good; the other one is gone, or dismissed if begun.

        Raises:
            NotFound: There is no such gap.
            InvalidInput: It is the same gap, or one has no wordings left.
        """
        with self._database.work() as work:
            gap, other = work.gaps.get(gap_id), work.gaps.get(other_id)
            own, theirs = _texts(work, gap_id), _texts(work, other_id)
            if gap_id == other_id or not own or not theirs:
                raise InvalidInput("Please choose another gap that customers still ask about.", field="other")
            work.gaps.set_pins(work.gaps.pins().merged(own, theirs))
            work.gaps.move_wordings(theirs, gap_id)
            self._recount(work, gap_id)
            work.gaps.empty([other_id])
            if other.touched:
                now, reason = self._clock.now(), f"Merged into “{gap.name}”."
                work.gaps.change(
                    other_id, GapState.DISMISSED, by=writer.name, now=now, reason=reason, event=GapEvent.MERGED
                )
            else:
                work.gaps.remove([other_id])

    def split(self, gap_id: int, chosen: Collection[str], writer: Viewer) -> int:
        """Make a gap of its own of some wordings, for good; returns its number.

        Args:
            chosen: Folded wordings; those of other gaps are passed over.

        Raises:
            NotFound: There is no such gap.
            InvalidInput: None is chosen, or none would be left.
        """
        now = self._clock.now()
        with self._database.work() as work:
            work.gaps.get(gap_id)
            wordings = work.gaps.list_wordings(gap_id)
            moved = {each.text for each in wordings}.intersection(chosen)
            rest = {each.text for each in wordings} - moved
            if not moved or not rest:
                raise InvalidInput("Please choose some of the wordings, and leave at least one.", field="wording")
            work.gaps.set_pins(work.gaps.pins().split(moved, rest))
            first = next(each for each in wordings if each.text in moved)
            name = first.sample[:1].upper() + first.sample[1:]
            appeared = min(each.last_seen for each in wordings if each.text in moved)
            new_id = work.gaps.add(secrets.token_hex(6), name, appeared=appeared, now=now)
            work.gaps.move_wordings(moved, new_id)
            work.gaps.change(new_id, GapState.NEW, by=writer.name, now=now, event=GapEvent.SPLIT_OFF)
            self._recount(work, gap_id)
            self._recount(work, new_id)
        return new_id

    def outline(self, gap_id: int) -> tuple[str, str]:
        """Return the beginning of an article that would close a gap: a file's name, and its Markdown.

        Raises:
            NotFound: There is no such gap.
        """
        with self._database.read() as work:
            gap = work.gaps.get(gap_id)
            wordings = work.gaps.list_wordings(gap_id)
            category = work.article_drafts.first_category()
        slug = slugify(gap.name) or f"gap-{gap.id}"
        locale = wordings[0].locale if wordings else "en"
        source = draft_source(
            outline_of(gap.name, wordings), article_id=slug, category=category, locale=locale, tags=(), reference=""
        )
        return f"{slug}.md", draft_markdown(source)

    def _recount(self, work: UnitOfWork, gap_id: int) -> None:
        """Count a gap anew after its wordings changed by hand."""
        now = self._clock.now()
        texts = _texts(work, gap_id)
        asks = work.gap_asks.list_since(now - PERIOD, texts)
        if wordings_of(asks):
            work.gaps.set_figures(gap_id, figures_of(asks, now))


def _texts(work: UnitOfWork, gap_id: int) -> frozenset[str]:
    return frozenset(each.text for each in work.gaps.list_wordings(gap_id))


def _writers(work: UnitOfWork) -> tuple[User, ...]:
    return tuple(user for user in work.users.list_staff() if user.role in (Role.WRITER, Role.ADMIN))
