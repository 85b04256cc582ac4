"""Search learns from the articles that agents link and customers call helpful.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    op.add_column("searches", sa.Column("history_ms", sa.Double(), nullable=False, server_default="0"))
    op.create_table(
        "past_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wording", sa.String(length=500), nullable=False),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("voter", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("journey_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_questions")),
    )
    op.create_index("ix_past_questions_article_id_wording", "past_questions", ["article_id", "wording"], unique=False)
    op.create_index("ix_past_questions_voter", "past_questions", ["voter"], unique=False)
    op.create_index("ix_past_questions_at", "past_questions", ["at"], unique=False)
    op.create_index("ix_past_questions_conversation_id", "past_questions", ["conversation_id"], unique=False)


def downgrade() -> None:
    """Go one revision back."""
    op.drop_table("past_questions")
    op.drop_column("searches", "history_ms")
