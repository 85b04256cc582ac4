"""What all tests share: an instance of their own, a clock that stands still, and a cast of four people."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache

from portal.app import create_app
from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.schema import upgrade
from tests.cast import Cast, Person, gather_cast
from tests.live_site import LiveSite, live_site

# How long an example takes is a fact about the machine and what else it does, never a failure.
hypothesis_settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("steady")

#: A Tuesday morning within the business hours.
NOON = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the newest revision, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "portal.sqlite3"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.dispose()
    return file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an instance in a folder of its own; hashing is cheap and requests are not limited."""
    return Settings(
        _env_file=None,
        instance=tmp_path / "instance",
        articles=tmp_path / "articles",
        secret_key="a secret for tests, 32 characters",
        password_time_cost=1,
        password_memory_kib=8,
        rate_limits=False,
    )


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands still at Tuesday noon in Berlin."""
    return FrozenClock(NOON)


@pytest.fixture
def container(settings: Settings, clock: FrozenClock, migrated_file: Path) -> Iterator[Container]:
    """The real objects of an instance with an empty, migrated database."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated_file, settings.instance / "portal.sqlite3")
    container = Container(settings, clock)
    yield container
    container.database.dispose()


@pytest.fixture
def database(container: Container) -> Database:
    """An empty, migrated SQLite database: the container's own."""
    return container.database


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all applications of the tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, container: Container, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """The real application; errors reach the test, and forms need no token (`strict_app` asks for one)."""
    app = create_app(settings, container)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def strict_app(settings: Settings, container: Container, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """The application as customers meet it: forms need their token, errors become pages."""
    app = create_app(settings, container)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser, not signed in."""
    return app.test_client()


@pytest.fixture
def cast(container: Container) -> Cast:
    """Ada the customer, Ben the agent, Chloe the writer and Dan the admin, with accounts in the database."""
    return gather_cast(container.people)


@pytest.fixture
def ada(cast: Cast) -> Person:
    """A customer."""
    return cast.ada


@pytest.fixture
def ben(cast: Cast) -> Person:
    """An agent."""
    return cast.ben


@pytest.fixture
def chloe(cast: Cast) -> Person:
    """A writer."""
    return cast.chloe


@pytest.fixture
def dan(cast: Cast) -> Person:
    """An admin."""
    return cast.dan


@pytest.fixture
def sign_in() -> Callable[[FlaskClient, Person], None]:
    """Sign a person in, in a given browser."""

    def sign_in(client: FlaskClient, person: Person) -> None:
        with client.session_transaction() as session:
            session["_user_id"] = f"{person.user.id}.{person.user.session_epoch}"
            session["_fresh"] = True

    return sign_in


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The portal with the shipped articles, the real model and the demo people.

    ``LIVE_INSTANCE=folder`` keeps the instance between runs, which spares a developer the minute of embedding.
    """
    kept = os.environ.get("LIVE_INSTANCE")
    with live_site(Path(kept) if kept else tmp_path_factory.mktemp("live") / "instance") as running:
        yield running
