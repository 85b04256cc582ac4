from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from portal.domain.errors import SetupError
from portal.storage import rows
from portal.storage.base import Base
from portal.storage.database import Database
from portal.storage.schema import (
    SchemaState,
    current_revision,
    downgrade,
    newest_revision,
    require_schema,
    schema_state,
    upgrade,
)


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'portal.sqlite3'}")


def test_an_empty_database_grows_and_shrinks_again(empty: Database) -> None:
    assert schema_state(empty) is SchemaState.EMPTY
    upgrade(empty)
    assert schema_state(empty) is SchemaState.CURRENT
    upgrade(empty)
    downgrade(empty, "base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    assert schema_state(empty) is SchemaState.EMPTY


def test_migrations_and_rows_describe_the_same_tables(database: Database) -> None:
    assert rows.UserRow.metadata is Base.metadata
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_one_step_back_is_an_older_database(database: Database) -> None:
    if newest_revision(database) != "0001":
        downgrade(database, "-1")
        assert schema_state(database) is SchemaState.OLDER
        with pytest.raises(SetupError, match="portal init"):
            require_schema(database)


def test_a_revision_of_the_future_is_told_from_an_old_one(database: Database) -> None:
    with database.work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema_state(database) is SchemaState.UNKNOWN


def test_a_file_that_is_no_database_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "portal.sqlite3").mkdir()
    broken = Database(f"sqlite:///{tmp_path / 'portal.sqlite3'}")
    assert schema_state(broken) is SchemaState.UNREACHABLE
    with pytest.raises(SetupError, match="PORTAL_DATABASE_URL"):
        require_schema(broken)


def test_looking_at_the_revision_waits_for_no_writer(database: Database) -> None:
    with database.work():
        assert current_revision(database) == newest_revision(database)
