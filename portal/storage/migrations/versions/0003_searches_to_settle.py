"""The worker finds the searches it has to look at again without reading the whole log.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    op.create_index("ix_searches_settled_at", "searches", ["settled", "at"], unique=False)


def downgrade() -> None:
    """Go one revision back."""
    op.drop_index("ix_searches_settled_at", "searches")
