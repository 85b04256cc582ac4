"""Chat, calls, mail both ways, the agents' workspace, ratings and webhooks.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    _extend_what_is_there()
    _add_files_and_mail()
    _add_the_desk()
    _add_what_follows()


def downgrade() -> None:
    """Go one revision back."""
    for table in (
        "used_tokens",
        "identities",
        "webhook_deliveries",
        "webhooks",
        "ratings",
        "article_flags",
        "link_clicks",
        "article_links",
        "canned_replies",
        "presences",
        "live_changes",
        "incoming_mails",
        "attachments",
    ):
        op.drop_table(table)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        for column in ("quoted", "source", "kind"):
            batch_op.drop_column(column)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("ix_conversations_email")
        batch_op.drop_index("ix_conversations_assignee_id")
        for column in (
            "chat_ended_at",
            "solved_at",
            "waiting_since",
            "identity",
            "call_until",
            "call_from",
            "phone",
            "tags",
            "assignee_id",
            "urgent",
            "channel",
        ):
            batch_op.drop_column(column)
    op.drop_column("article_views", "read_seconds")
    op.drop_column("searches", "plain_answerability")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        for column in ("reply_to", "html"):
            batch_op.drop_column(column)
    op.drop_column("users", "takes_chats")


def _extend_what_is_there() -> None:
    op.add_column("users", sa.Column("takes_chats", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("searches", sa.Column("plain_answerability", sa.Double(), nullable=True))
    op.add_column("article_views", sa.Column("read_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("mails", sa.Column("html", sa.Text(), nullable=False, server_default=""))
    op.add_column("mails", sa.Column("reply_to", sa.String(length=254), nullable=False, server_default=""))
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=20), nullable=False, server_default="message"))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("assignee_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("phone", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("call_from", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("call_until", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("identity", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("waiting_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("solved_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("chat_ended_at", sa.DateTime(), nullable=True))
        batch_op.create_index("ix_conversations_assignee_id", ["assignee_id"], unique=False)
        batch_op.create_index("ix_conversations_email", ["email"], unique=False)
    op.execute("UPDATE conversations SET waiting_since = created_at WHERE state = 'new'")
    op.execute("UPDATE conversations SET waiting_since = updated_at WHERE state IN ('open', 'reopened')")
    op.execute("UPDATE conversations SET solved_at = updated_at WHERE state = 'solved'")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="message"))
        batch_op.add_column(sa.Column("source", sa.String(length=20), nullable=False, server_default="web"))
        batch_op.add_column(sa.Column("quoted", sa.Text(), nullable=False, server_default=""))


def _add_files_and_mail() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_attachments_stored_name")),
    )
    op.create_index("ix_attachments_message_id", "attachments", ["message_id"], unique=False)
    op.create_table(
        "incoming_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("stored_name", sa.String(length=64), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_incoming_mails_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_incoming_mails_message_id")),
    )
    op.create_index("ix_incoming_mails_outcome_received_at", "incoming_mails", ["outcome", "received_at"], unique=False)


def _add_the_desk() -> None:
    op.create_table(
        "live_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_changes")),
    )
    op.create_index("ix_live_changes_at", "live_changes", ["at"], unique=False)
    op.create_table(
        "presences",
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("typed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("topic", "who", name=op.f("pk_presences")),
    )
    op.create_index("ix_presences_seen_at", "presences", ["seen_at"], unique=False)
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("situation", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sa.UniqueConstraint("title", name=op.f("uq_canned_replies_title")),
    )
    op.create_table(
        "article_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_article_links_message_id_messages")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_article_links_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_links")),
        sa.UniqueConstraint("message_id", "article_id", name=op.f("uq_article_links_message_id_article_id")),
    )
    op.create_index("ix_article_links_article_id_at", "article_links", ["article_id", "at"], unique=False)
    op.create_index("ix_article_links_conversation_id", "article_links", ["conversation_id"], unique=False)
    op.create_table(
        "link_clicks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_clicks")),
    )
    op.create_index("ix_link_clicks_article_id_at", "link_clicks", ["article_id", "at"], unique=False)
    op.create_table(
        "article_flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("agent_name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_article_flags_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_flags")),
    )
    op.create_index("ix_article_flags_state_at", "article_flags", ["state", "at"], unique=False)


def _add_what_follows() -> None:
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_ratings_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_ratings")),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"], unique=False)
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("old_secret", sa.String(length=100), nullable=False),
        sa.Column("old_secret_until", sa.DateTime(), nullable=True),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.String(length=40), nullable=False),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id_webhooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_webhook_id_created_at", "webhook_deliveries", ["webhook_id", "created_at"], unique=False
    )
    op.create_index("ix_webhook_deliveries_state", "webhook_deliveries", ["state"], unique=False)
    _add_identities()


def _add_identities() -> None:
    op.create_table(
        "identities",
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id_users")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_identities")),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"], unique=False)
    op.create_table(
        "used_tokens",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_used_tokens")),
    )
