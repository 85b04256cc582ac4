"""Mails know whether a machine wrote them, and a message sent twice is one message.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_mails_conversation_id", ["conversation_id"], unique=False)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_key", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint("uq_messages_conversation_id_form_key", ["conversation_id", "form_key"])


def downgrade() -> None:
    """Go one revision back."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_constraint("uq_messages_conversation_id_form_key", type_="unique")
        batch_op.drop_column("form_key")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_conversation_id")
        batch_op.drop_column("automatic")
