from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.errors import Conflict, InvalidInput, NotFound, TooManyAttempts, WeakPassword, WrongCredentials
from portal.domain.passwords import PasswordProblem
from portal.domain.users import Role
from portal.integrations.passwords import Passwords
from portal.services.people import PeopleService
from tests.cast import PASSWORD, Person

HOME = "192.0.2.1"


@pytest.fixture
def people(container: Container) -> PeopleService:
    return container.people


def _fail(people: PeopleService, *, email: str, address: str = HOME, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            people.sign_in(email=email, password="wrong", address=address)


def test_an_account_is_known_by_its_tidied_address(people: PeopleService) -> None:
    user = people.add(email="  Eve@Ostrel.Example ", name=" Eve   Lund ", role=Role.CUSTOMER, password=PASSWORD)
    assert (user.email, user.name) == ("eve@ostrel.example", "Eve Lund")
    assert people.sign_in(email="EVE@ostrel.example", password=PASSWORD, address=HOME) == user


def test_two_accounts_cannot_share_an_address(people: PeopleService, ada: Person) -> None:
    with pytest.raises(Conflict, match="already"):
        people.add(email="ADA@ostrel.example", name="Another Ada", role=Role.CUSTOMER, password=PASSWORD)


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a b@c.de", "ada@ostrel.example\nBcc: eve@x.org", "a@b"])
def test_an_address_that_takes_no_mail_is_refused(people: PeopleService, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.add(email=email, name="Ada", role=Role.CUSTOMER, password=PASSWORD)
    assert refused.value.field == "email"


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 201])
def test_a_name_that_calls_nobody_is_refused(people: PeopleService, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.add(email="eve@ostrel.example", name=name, role=Role.CUSTOMER, password=PASSWORD)
    assert refused.value.field == "name"


def test_weak_passwords_are_refused_with_the_reason(people: PeopleService) -> None:
    with pytest.raises(WeakPassword) as refused:
        people.add(email="eve@ostrel.example", name="Eve", role=Role.CUSTOMER, password="eleven char")
    assert refused.value.problem is PasswordProblem.TOO_SHORT
    assert people.list_all() == ()


def test_wrong_password_unknown_and_closed_account_look_the_same(people: PeopleService, ada: Person) -> None:
    said = set()
    people.set_active(ada.user.email, False)
    for email, password in ((ada.user.email, PASSWORD), ("nobody@ostrel.example", PASSWORD), ("\x00", "x")):
        with pytest.raises(WrongCredentials) as refused:
            people.sign_in(email=email, password=password, address=HOME)
        said.add(str(refused.value))
    assert len(said) == 1


def test_an_endless_password_is_wrong_even_if_it_begins_right(people: PeopleService) -> None:
    people.add(email="eve@ostrel.example", name="Eve", role=Role.CUSTOMER, password="ab" * 500)
    with pytest.raises(WrongCredentials):
        people.sign_in(email="eve@ostrel.example", password="ab" * 500 + "c", address=HOME)
    assert people.sign_in(email="eve@ostrel.example", password="ab" * 500, address=HOME)


def test_the_sixth_failure_waits_even_with_the_right_password(
    people: PeopleService, ada: Person, clock: FrozenClock
) -> None:
    _fail(people, email=ada.user.email, times=5)
    with pytest.raises(TooManyAttempts) as refused:
        people.sign_in(email=ada.user.email, password=PASSWORD, address="198.51.100.9")
    assert refused.value.retry_after_seconds == 15 * 60
    clock.move(timedelta(minutes=14))
    with pytest.raises(TooManyAttempts, match="1 min"):
        people.sign_in(email=ada.user.email, password=PASSWORD, address=HOME)
    clock.move(timedelta(minutes=1))
    assert people.sign_in(email=ada.user.email, password=PASSWORD, address=HOME)


def test_an_address_that_guesses_at_many_accounts_waits(people: PeopleService, ada: Person) -> None:
    for number in range(20):
        _fail(people, email=f"guess{number}@ostrel.example")
    with pytest.raises(TooManyAttempts):
        people.sign_in(email=ada.user.email, password=PASSWORD, address=HOME)
    assert people.sign_in(email=ada.user.email, password=PASSWORD, address="198.51.100.9")


def test_success_forgets_the_failures_of_the_account_but_not_of_the_address(people: PeopleService, ada: Person) -> None:
    for _ in range(4):
        _fail(people, email=ada.user.email, times=4)
        people.sign_in(email=ada.user.email, password=PASSWORD, address=HOME)
    _fail(people, email="guess@ostrel.example", times=4)
    with pytest.raises(TooManyAttempts):
        people.sign_in(email=ada.user.email, password=PASSWORD, address=HOME)


def test_many_guesses_at_once_do_not_slip_past_the_limit(people: PeopleService, ada: Person) -> None:
    outcomes: list[str] = []

    def guess() -> None:
        try:
            people.sign_in(email=ada.user.email, password="wrong", address=HOME)
        except (WrongCredentials, TooManyAttempts) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("WrongCredentials"), outcomes.count("TooManyAttempts")) == (5, 7)


def test_the_table_of_attempts_names_nobody(people: PeopleService, container: Container) -> None:
    _fail(people, email="eve@ostrel.example")
    raw = container.settings.instance.joinpath("portal.sqlite3").read_bytes()
    raw += container.settings.instance.joinpath("portal.sqlite3-wal").read_bytes()
    assert b"eve@" not in raw
    assert HOME.encode() not in raw


def test_a_new_password_ends_the_sessions_of_the_old_one(people: PeopleService, ada: Person) -> None:
    user = ada.user
    assert people.find_in_session(user.id, user.session_epoch)
    changed = people.change_password(user.id, current=PASSWORD, new="seven quiet harbours")
    assert people.find_in_session(user.id, user.session_epoch) is None
    assert people.find_in_session(user.id, changed.session_epoch) == changed
    with pytest.raises(WrongCredentials):
        people.sign_in(email=user.email, password=PASSWORD, address=HOME)
    assert people.sign_in(email=user.email, password="seven quiet harbours", address=HOME) == changed


def test_changing_a_password_asks_for_the_current_one_and_not_without_end(people: PeopleService, ada: Person) -> None:
    for _ in range(5):
        with pytest.raises(WrongCredentials) as refused:
            people.change_password(ada.user.id, current="wrong", new="seven quiet harbours")
        assert refused.value.field == "current_password"
    with pytest.raises(TooManyAttempts):
        people.change_password(ada.user.id, current=PASSWORD, new="seven quiet harbours")


def test_an_admin_sets_a_password_and_forgives_the_failures(people: PeopleService, ada: Person) -> None:
    _fail(people, email=ada.user.email, times=5)
    people.set_password("Ada@ostrel.example", "seven quiet harbours")
    assert people.sign_in(email=ada.user.email, password="seven quiet harbours", address="198.51.100.9")
    with pytest.raises(NotFound, match="portal users list"):
        people.set_password("nobody@ostrel.example", "seven quiet harbours")


def test_closing_an_account_ends_its_sessions_for_good(people: PeopleService, ada: Person) -> None:
    people.set_active(ada.user.email, False)
    assert people.find_in_session(ada.user.id, ada.user.session_epoch) is None
    reopened = people.set_active(ada.user.email, True)
    assert people.find_in_session(ada.user.id, ada.user.session_epoch) is None
    assert people.find_in_session(ada.user.id, reopened.session_epoch) == reopened


def test_a_hash_of_an_older_price_is_renewed_at_sign_in(container: Container) -> None:
    older = Passwords(time_cost=1, memory_kib=16)
    before = PeopleService(container.database, container.clock, older, container.throttle)
    user = before.add(email="eve@ostrel.example", name="Eve", role=Role.CUSTOMER, password=PASSWORD)
    container.people.sign_in(email=user.email, password=PASSWORD, address=HOME)
    with container.database.read() as work:
        credentials = work.users.get_credentials(user.id)
    assert "m=8,t=1,p=1" in credentials.password_hash
    assert credentials.user.session_epoch == user.session_epoch


def test_a_name_is_changed(people: PeopleService, ada: Person) -> None:
    people.rename(ada.user.id, " Ada  Berg-Lund")
    assert people.account_page(ada.user.id).name == "Ada Berg-Lund"
    with pytest.raises(InvalidInput):
        people.rename(ada.user.id, " ")
    with pytest.raises(NotFound):
        people.account_page(999)
