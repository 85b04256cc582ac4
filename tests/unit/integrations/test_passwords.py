from __future__ import annotations

import pytest

from portal.integrations.passwords import Passwords


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(time_cost=1, memory_kib=8)


@pytest.mark.parametrize("password", ["nine purple lanterns", "", "pässwörd 🙈", "\x00nul", "x" * 1000, "\ud800"])
def test_a_password_fits_its_own_hash_alone(passwords: Passwords, password: str) -> None:
    hashed = passwords.hash(password)
    assert password not in hashed or not password
    assert hashed != passwords.hash(password)
    assert passwords.fits(password, hashed)
    assert not passwords.fits(password + " ", hashed)


def test_the_same_letters_fit_however_a_keyboard_composed_them(passwords: Passwords) -> None:
    assert passwords.fits("cafe\u0301 at the corner", passwords.hash("caf\u00e9 at the corner"))


@pytest.mark.parametrize("password_hash", [None, "", "$argon2id$broken", "plain"])
def test_nothing_fits_a_hash_that_is_none(passwords: Passwords, password_hash: str | None) -> None:
    assert not passwords.fits("the password of nobody", password_hash)


def test_a_hash_of_another_price_is_outdated(passwords: Passwords) -> None:
    assert not passwords.is_outdated(passwords.hash("x"))
    assert passwords.is_outdated(Passwords(time_cost=2, memory_kib=8).hash("x"))
