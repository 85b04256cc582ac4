"""Content gaps: their wordings, what was decided by hand, and their searches asked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select, update

from portal.domain.articles import ArticleState
from portal.domain.errors import NotFound
from portal.domain.gap_replays import GapReplay
from portal.domain.gaps import (
    MAX_HISTORY,
    THE_PORTAL,
    Gap,
    GapEvent,
    GapFigures,
    GapNote,
    GapState,
    GapWording,
    KnownGap,
    touched,
)
from portal.storage.base import Store
from portal.storage.gap_records import (
    from_figures,
    from_note,
    from_replay_row,
    to_gap,
    to_replay,
    to_wording,
    wording_row,
)
from portal.storage.gap_rows import WORDING, GapPinRow, GapReplayRow, GapRow, GapWordingRow
from portal.storage.rows import ArticleRow, UserRow
from search_index import Pins

#: Replays that a gap keeps.
MAX_REPLAYS = 20


class GapStore(Store):
    """Content gaps."""

    def add(self, cluster_id: str, name: str, *, appeared: datetime, now: datetime) -> int:
        """Store a new gap; returns its number.

        Args:
            appeared: When it was first asked; articles that are newer may close it.
        """
        row = GapRow(
            cluster_id=cluster_id, name=name[:WORDING], state=GapState.NEW, changed_at=now, created_at=appeared,
            figures={}, history=[],
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row.id

    def get(self, gap_id: int) -> Gap:
        """Return a gap.

        Raises:
            NotFound: There is none with this number.
        """
        query = select(GapRow, UserRow.name).outerjoin(UserRow, UserRow.id == GapRow.owner_id)
        found = self.session.execute(query.where(GapRow.id == gap_id)).first()
        if found is None:
            raise NotFound("There is no such gap. It may have become part of another one.")
        return to_gap(*found)

    def list_in(self, states: Collection[GapState]) -> tuple[Gap, ...]:
        """Return the gaps in some states, in no order that matters."""
        query = select(GapRow, UserRow.name).outerjoin(UserRow, UserRow.id == GapRow.owner_id)
        rows = self.session.execute(query.where(GapRow.state.in_(set(states))).order_by(GapRow.id))
        return tuple(to_gap(*row) for row in rows)

    def count_by_state(self) -> dict[GapState, int]:
        """Count gaps by state; every state is present."""
        counted = dict(self.session.execute(select(GapRow.state, func.count()).group_by(GapRow.state)).all())
        return {state: counted.get(state, 0) for state in GapState}

    def list_known(self) -> tuple[KnownGap, ...]:
        """Return all gaps as the sorting of wordings needs them."""
        wordings: dict[int, set[str]] = {}
        for gap_id, wording in self.session.execute(select(GapWordingRow.gap_id, GapWordingRow.wording)):
            wordings.setdefault(gap_id, set()).add(wording)
        return tuple(
            KnownGap(
                id=row.id,
                cluster_id=row.cluster_id,
                touched=touched(
                    GapState(row.state), len(row.history), owned=bool(row.owner_id or row.article_id or row.named)
                ),
                wordings=frozenset(wordings.get(row.id, ())),
            )
            for row in self.session.scalars(select(GapRow).order_by(GapRow.id))
        )

    def list_wordings(self, gap_id: int, limit: int | None = None) -> tuple[GapWording, ...]:
        """Return a gap's wordings, the most asked first."""
        order = (
            GapWordingRow.searches.desc(),
            GapWordingRow.askers.desc(),
            GapWordingRow.wording,
            GapWordingRow.locale,
        )
        query = select(GapWordingRow).where(GapWordingRow.gap_id == gap_id).order_by(*order).limit(limit)
        return tuple(to_wording(row) for row in self.session.scalars(query))

    def clear_wordings(self) -> None:
        """Take all wordings away from their gaps, to be put anew."""
        self.session.execute(delete(GapWordingRow))

    def move_wordings(self, wordings: Collection[str], gap_id: int) -> None:
        """Give wordings to another gap."""
        moved = update(GapWordingRow).where(GapWordingRow.wording.in_(set(wordings)))
        self.session.execute(moved.values(gap_id=gap_id))

    def put_wordings(self, gap_id: int, wordings: Sequence[GapWording]) -> None:
        """Give wordings that belong to no gap to one."""
        self.session.add_all(wording_row(gap_id, wording) for wording in wordings)
        self.session.flush()

    def set_figures(self, gap_id: int, figures: GapFigures) -> None:
        """Note what a gap costs."""
        self._row(gap_id).figures = from_figures(figures)

    def set_cluster(self, gap_id: int, cluster_id: str, name: str = "") -> None:
        """Note which cluster a gap's wordings are.

        Args:
            name: For a gap that nobody works on yet and nobody named; empty to leave it.
        """
        row = self._row(gap_id)
        row.cluster_id = cluster_id
        if name and not row.named and row.state == GapState.NEW:
            row.name = name[:WORDING]

    def empty(self, gap_ids: Collection[int]) -> None:
        """Note that gaps have no wordings any more."""
        self.session.execute(
            update(GapRow).where(GapRow.id.in_(set(gap_ids))).values(cluster_id="", figures=from_figures(GapFigures()))
        )

    def remove(self, gap_ids: Collection[int]) -> None:
        """Delete gaps that have no wordings any more and that nobody did anything about."""
        self.session.execute(delete(GapReplayRow).where(GapReplayRow.gap_id.in_(set(gap_ids))))
        self.session.execute(delete(GapRow).where(GapRow.id.in_(set(gap_ids))))

    def rename(self, gap_id: int, name: str) -> None:
        """Name a gap by hand."""
        row = self._row(gap_id)
        row.name, row.named = name, True

    def set_owner(self, gap_id: int, owner_id: int | None, due: date | None) -> None:
        """Note who writes, and until when."""
        row = self._row(gap_id)
        row.owner_id, row.due = owner_id, due

    def set_article(self, gap_id: int, article_id: str) -> None:
        """Note which article is to close a gap; empty for none."""
        self._row(gap_id).article_id = article_id

    def change(
        self, gap_id: int, state: GapState, *, by: str, now: datetime, reason: str = "",
        event: GapEvent = GapEvent.MOVED,
    ) -> None:  # fmt: skip
        """Note that a gap came into a state, by whom and when.

        Args:
            by: Name of a person; empty for the portal.
        """
        row = self._row(gap_id)
        note = GapNote(at=now, by=by, state=state, event=event)
        row.state, row.reason, row.changed_by, row.changed_at = state, reason, by or THE_PORTAL, now
        row.history = [*row.history, from_note(note)][-MAX_HISTORY:]
        row.verified_at = now if state is GapState.VERIFIED else None
        self.session.flush()

    def pins(self) -> Pins:
        """Return what was decided by hand."""
        rows = self.session.scalars(select(GapPinRow).order_by(GapPinRow.id)).all()
        return Pins(
            together=tuple(frozenset(row.wordings) for row in rows if not row.apart),
            apart=frozenset(frozenset(row.wordings) for row in rows if row.apart),
        )

    def set_pins(self, pins: Pins) -> None:
        """Replace what was decided by hand."""
        self.session.execute(delete(GapPinRow))
        self.session.add_all(GapPinRow(apart=False, wordings=sorted(group)) for group in pins.together)
        self.session.add_all(GapPinRow(apart=True, wordings=pair) for pair in sorted(map(sorted, pins.apart)))
        self.session.flush()

    def add_replay(self, gap_id: int, replay: GapReplay) -> None:
        """Keep a replay; the oldest go."""
        row = GapReplayRow(
            gap_id=gap_id,
            article_id=replay.article_id,
            generation=replay.generation,
            asked=replay.asked,
            passed=replay.passed,
            rows=[from_replay_row(each) for each in replay.rows],
            at=replay.at,
        )
        self.session.add(row)
        self.session.flush()
        of_gap = select(GapReplayRow.id).where(GapReplayRow.gap_id == gap_id).order_by(GapReplayRow.id.desc())
        old = self.session.scalars(of_gap.offset(MAX_REPLAYS).limit(MAX_REPLAYS)).all()
        self.session.execute(delete(GapReplayRow).where(GapReplayRow.id.in_(old)))

    def list_replays(self, gap_id: int, limit: int) -> tuple[GapReplay, ...]:
        """Return the replays of a gap, the newest first."""
        query = select(GapReplayRow).where(GapReplayRow.gap_id == gap_id).order_by(GapReplayRow.id.desc())
        return tuple(to_replay(row) for row in self.session.scalars(query.limit(limit)))

    def changed_since(self, since: datetime) -> frozenset[str]:
        """Return the ids of the published articles whose text was published or changed after a time."""
        published = ArticleRow.state == ArticleState.PUBLISHED
        query = select(ArticleRow.id).where(published, ArticleRow.published_at > since)
        return frozenset(self.session.scalars(query))

    def _row(self, gap_id: int) -> GapRow:
        row = self.session.get(GapRow, gap_id)
        if row is None:
            raise NotFound("There is no such gap. It may have become part of another one.")
        return row
