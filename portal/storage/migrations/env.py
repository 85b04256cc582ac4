"""Runs migrations on the engine handed over in the configuration."""

from __future__ import annotations

from alembic import context

import portal.storage.gap_rows
import portal.storage.request_rows  # noqa: F401 - so that all tables are known, those of `rows` with them
from portal.storage.base import Base

with context.config.attributes["engine"].begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="portal.storage.base.",
    )
    with context.begin_transaction():
        context.run_migrations()
