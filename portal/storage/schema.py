"""The shape of the database: bringing it to the newest revision, and saying which one it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(database: Database) -> Config:
    """Build Alembic's configuration for one database, without any file on disk."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision; does nothing when it is there already."""
    if current_revision(database) != newest_revision(database):
        command.upgrade(alembic_config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an older revision; ``base`` empties it."""
    command.downgrade(alembic_config(database), revision)


def current_revision(database: Database) -> str | None:
    """Return the revision the database has; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision(database: Database) -> str | None:
    """Return the newest revision this code knows."""
    return ScriptDirectory.from_config(alembic_config(database)).get_current_head()
