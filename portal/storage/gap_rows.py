"""The tables of content gaps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.base import Base
from portal.storage.rows import KEY

#: Length of folded wordings and of names made of them.
WORDING = 500


class GapRow(Base):
    """A content gap. `cluster_id` is of its wordings, empty when none are left; `figures` are counted by the worker.

    `named`: a person named it. `history`: its changes, the oldest first.
    """

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_state", "state"), Index("ix_gaps_cluster_id", "cluster_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(WORDING))
    named: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int | None]
    due: Mapped[date | None]
    article_id: Mapped[str] = mapped_column(String(KEY), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    changed_by: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    history: Mapped[list[Any]] = mapped_column(default=list)


class GapWordingRow(Base):
    """A wording, in one locale, and the gap it belongs to."""

    __tablename__ = "gap_wordings"
    __table_args__ = (Index("ix_gap_wordings_gap_id", "gap_id"),)

    wording: Mapped[str] = mapped_column(String(WORDING), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gaps.id"))
    sample: Mapped[str] = mapped_column(Text)
    searches: Mapped[int]
    askers: Mapped[int]
    handoffs: Mapped[int]
    last_seen: Mapped[datetime]


class GapPinRow(Base):
    """Wordings that a person said belong together, or two that do not."""

    __tablename__ = "gap_pins"

    id: Mapped[int] = mapped_column(primary_key=True)
    apart: Mapped[bool]
    wordings: Mapped[list[Any]]


class GapReplayRow(Base):
    """A gap's wordings asked again: a table of before and after."""

    __tablename__ = "gap_replays"
    __table_args__ = (Index("ix_gap_replays_gap_id", "gap_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gaps.id"))
    article_id: Mapped[str] = mapped_column(String(KEY), default="")
    generation: Mapped[str] = mapped_column(String(80), default="")
    asked: Mapped[int]
    passed: Mapped[int]
    rows: Mapped[list[Any]]
    at: Mapped[datetime]
