"""Content gaps: their wordings, what was decided by hand, and what became of them.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    op.create_index("ix_gaps_state", "gaps", ["state"])
    op.create_index("ix_gaps_cluster_id", "gaps", ["cluster_id"])
    _add_wordings()
    _add_what_follows()


def downgrade() -> None:
    """Go one revision back."""
    for table in ("gap_replays", "gap_pins", "gap_wordings", "gaps"):
        op.drop_table(table)


def _add_wordings() -> None:
    op.create_table(
        "gap_wordings",
        sa.Column("wording", sa.String(length=500), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("askers", sa.Integer(), nullable=False),
        sa.Column("handoffs", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_wordings_gap_id_gaps")),
        sa.PrimaryKeyConstraint("wording", "locale", name=op.f("pk_gap_wordings")),
    )
    op.create_index("ix_gap_wordings_gap_id", "gap_wordings", ["gap_id"])


def _add_what_follows() -> None:
    op.create_table(
        "gap_pins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_pins")),
    )
    op.create_table(
        "gap_replays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("generation", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_replays_gap_id_gaps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_replays")),
    )
    op.create_index("ix_gap_replays_gap_id", "gap_replays", ["gap_id"])
