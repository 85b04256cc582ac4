"""Content gaps between rows and records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.domain.gap_replays import Answered, GapReplay, GapReplayRow
from portal.domain.gaps import TREND_WEEKS, Gap, GapEvent, GapFigures, GapNote, GapState, GapWording
from portal.domain.searches import FailedKind
from portal.storage.gap_rows import GapReplayRow as GapReplayTable
from portal.storage.gap_rows import GapRow, GapWordingRow
from search_index import Verdict


def to_gap(row: GapRow, owner_name: str | None) -> Gap:
    """Build a gap from its row."""
    return Gap(
        id=row.id,
        cluster_id=row.cluster_id,
        name=row.name,
        named=row.named,
        state=GapState(row.state),
        owner_id=row.owner_id,
        owner_name=owner_name or "",
        due=row.due,
        article_id=row.article_id,
        reason=row.reason,
        changed_at=row.changed_at,
        created_at=row.created_at,
        verified_at=row.verified_at,
        figures=to_figures(row.figures),
        history=tuple(_note(each) for each in row.history),
    )


def to_wording(row: GapWordingRow) -> GapWording:
    """Build a wording from its row."""
    return GapWording(
        text=row.wording,
        locale=row.locale,
        sample=row.sample,
        searches=row.searches,
        askers=row.askers,
        handoffs=row.handoffs,
        last_seen=row.last_seen,
    )


def wording_row(gap_id: int, wording: GapWording) -> GapWordingRow:
    """Build the row of a wording."""
    return GapWordingRow(
        wording=wording.text,
        locale=wording.locale,
        gap_id=gap_id,
        sample=wording.sample,
        searches=wording.searches,
        askers=wording.askers,
        handoffs=wording.handoffs,
        last_seen=wording.last_seen,
    )


def from_figures(figures: GapFigures) -> dict[str, Any]:
    """Write figures as JSON."""
    return {
        "searches": figures.searches,
        "askers": figures.askers,
        "handoffs": figures.handoffs,
        "flags": figures.flags,
        "weeks": list(figures.weeks),
        "kinds": {kind.value: number for kind, number in figures.kinds.items()},
        "locales": dict(figures.locales),
        "last_seen": figures.last_seen.isoformat() if figures.last_seen else "",
    }


def to_figures(stored: Mapping[str, Any]) -> GapFigures:
    """Read figures; zeros for a gap that was never counted."""
    kinds = stored.get("kinds", {})
    seen = stored.get("last_seen", "")
    return GapFigures(
        searches=stored.get("searches", 0),
        askers=stored.get("askers", 0),
        handoffs=stored.get("handoffs", 0),
        flags=stored.get("flags", 0),
        weeks=tuple(stored.get("weeks", (0,) * TREND_WEEKS)),
        kinds={kind: kinds[kind] for kind in FailedKind if kind in kinds},
        locales=stored.get("locales", {}),
        last_seen=datetime.fromisoformat(seen) if seen else None,
    )


def from_note(note: GapNote) -> dict[str, Any]:
    """Write a change as JSON."""
    return {"at": note.at.isoformat(), "by": note.by, "state": note.state.value, "event": note.event.value}


def to_replay(row: GapReplayTable) -> GapReplay:
    """Build a replay from its row."""
    return GapReplay(
        at=row.at,
        article_id=row.article_id,
        generation=row.generation,
        rows=tuple(_replay_row(each) for each in row.rows),
    )


def from_replay_row(row: GapReplayRow) -> dict[str, Any]:
    """Write one wording before and after as JSON."""
    return {
        "wording": row.wording,
        "locale": row.locale,
        "before": _from_answered(row.before) if row.before else None,
        "after": _from_answered(row.after),
    }


def _note(stored: Mapping[str, Any]) -> GapNote:
    return GapNote(
        at=datetime.fromisoformat(stored["at"]),
        by=stored["by"],
        state=GapState(stored["state"]),
        event=GapEvent(stored["event"]),
    )


def _replay_row(stored: Mapping[str, Any]) -> GapReplayRow:
    before = stored["before"]
    return GapReplayRow(
        wording=stored["wording"],
        locale=stored["locale"],
        before=_answered(before) if before else None,
        after=_answered(stored["after"]),
    )


def _from_answered(answered: Answered) -> dict[str, Any]:
    return {"verdict": answered.verdict.value, "rank": answered.rank, "best": answered.best}


def _answered(stored: Mapping[str, Any]) -> Answered:
    return Answered(verdict=Verdict(stored["verdict"]), rank=stored["rank"], best=stored["best"])
