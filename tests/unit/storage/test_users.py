from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, NotFound
from portal.domain.users import Role, User
from portal.storage.database import Database
from tests.conftest import NOON


def _add(database: Database, email: str = "ada@ostrel.example") -> User:
    with database.work() as work:
        return work.users.add(email=email, name="Ada Berg", role=Role.CUSTOMER, password_hash="hash", now=NOON)


def test_a_person_comes_back_as_stored(database: Database) -> None:
    ada = _add(database)
    with database.read() as work:
        assert work.users.get(ada.id) == work.users.find(ada.id) == ada
        credentials = work.users.find_credentials(ada.email)
        assert credentials == work.users.get_credentials(ada.id)
    assert credentials is not None
    assert credentials.password_hash == "hash"
    assert (ada.session_epoch, ada.active, ada.created_at) == (0, True, NOON)


def test_nobody_is_found_where_nobody_is(database: Database) -> None:
    with database.read() as work:
        assert work.users.find(7) is None
        assert work.users.find_credentials("nobody@ostrel.example") is None
        assert work.users.list_all() == ()
        with pytest.raises(NotFound):
            work.users.get(7)
        with pytest.raises(NotFound):
            work.users.get_credentials(7)


def test_one_address_one_account(database: Database) -> None:
    _add(database)
    with pytest.raises(Conflict):
        _add(database)


def test_people_are_listed_by_address(database: Database) -> None:
    _add(database, "ben@ostrel.example")
    _add(database, "ada@ostrel.example")
    with database.read() as work:
        assert [user.email for user in work.users.list_all()] == ["ada@ostrel.example", "ben@ostrel.example"]


def test_a_password_raises_the_epoch_and_a_rehash_does_not(database: Database) -> None:
    ada = _add(database)
    with database.work() as work:
        work.users.set_password_hash(ada.id, "second")
        work.users.refresh_password_hash(ada.id, old="hash", new="stale")
        work.users.refresh_password_hash(ada.id, old="second", new="third")
    with database.read() as work:
        credentials = work.users.get_credentials(ada.id)
    assert (credentials.password_hash, credentials.user.session_epoch) == ("third", 1)


def test_attempts_are_counted_pruned_and_taken_back(database: Database) -> None:
    with database.work() as work:
        first = work.users.add_attempt("a", at=NOON)
        work.users.add_attempt("a", at=NOON + timedelta(minutes=1))
        work.users.add_attempt("b", at=NOON)
        assert work.users.list_attempts("a", since=NOON - timedelta(seconds=1)) == (NOON, NOON + timedelta(minutes=1))
        assert work.users.list_attempts("a", since=NOON) == (NOON + timedelta(minutes=1),)
        work.users.remove_attempts((first, 999))
        assert work.users.list_attempts("a", since=NOON - timedelta(days=1)) == (NOON + timedelta(minutes=1),)
        work.users.prune_attempts(before=NOON + timedelta(seconds=1))
        assert work.users.list_attempts("b", since=NOON - timedelta(days=1)) == ()
        work.users.forget_attempts("a")
        assert work.users.list_attempts("a", since=NOON - timedelta(days=1)) == ()
