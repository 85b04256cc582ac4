"""The shape of the database: bringing it to the newest revision, and saying which one it has."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from portal.domain.errors import SetupError
from portal.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaState(StrEnum):
    """How the database's shape compares with the one this program knows."""

    CURRENT = "current"
    EMPTY = "empty"
    OLDER = "older"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


#: What to tell whoever runs the program, with the way out; empty where all is well.
ADVICE = {
    SchemaState.CURRENT: "",
    SchemaState.EMPTY: "There is no database yet. Make one with: portal init",
    SchemaState.OLDER: "The database is of an older version. Bring it up to date with: portal init",
    SchemaState.UNKNOWN: "The database was made by a newer version of this program. Install that version.",
    SchemaState.UNREACHABLE: "The database cannot be opened. Check PORTAL_DATABASE_URL, PORTAL_INSTANCE and the rights "
    "on their files.",
}


def schema_state(database: Database) -> SchemaState:
    """Say whether the database can be worked with; never raises."""
    try:
        revision = current_revision(database)
    except SQLAlchemyError:
        return SchemaState.UNREACHABLE
    if revision == newest_revision(database):
        return SchemaState.CURRENT
    if revision is None:
        return SchemaState.EMPTY
    return SchemaState.OLDER if revision in known_revisions(database) else SchemaState.UNKNOWN


def require_schema(database: Database) -> None:
    """Refuse to work on a database that is missing or of another shape.

    Raises:
        SetupError: Says what to run.
    """
    advice = ADVICE[schema_state(database)]
    if advice:
        raise SetupError(advice)


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
    """Return the revision the database has; None for an empty one. Waits for no writer."""
    with database.engine.execution_options(reads_only=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision(database: Database) -> str | None:
    """Return the newest revision this code knows."""
    return ScriptDirectory.from_config(alembic_config(database)).get_current_head()


def known_revisions(database: Database) -> frozenset[str]:
    """Return all revisions this code knows."""
    return frozenset(
        script.revision for script in ScriptDirectory.from_config(alembic_config(database)).walk_revisions()
    )
