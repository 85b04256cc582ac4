"""People: accounts, sign-in and passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.clock import Clock
from portal.domain.demo import DEMO_PEOPLE, DemoPerson
from portal.domain.errors import InvalidInput, NotFound, WeakPassword, WrongCredentials
from portal.domain.passwords import MAX_LENGTH, PasswordProblem, classify_password
from portal.domain.users import Role, User, normalise_email
from portal.integrations.email_addresses import checked_email
from portal.integrations.passwords import Passwords
from portal.storage.database import Database, UnitOfWork
from portal.storage.throttle import Throttle
from portal.storage.users import Credentials

#: Longest name of a person, in characters; the column's width.
MAX_NAME_LENGTH = 200

_PROBLEMS = {
    PasswordProblem.TOO_SHORT: "The password is too short: use at least 12 characters.",
    PasswordProblem.TOO_LONG: "The password is too long: use at most 1,000 characters.",
    PasswordProblem.IS_EMAIL: "The password must not be the e-mail address.",
    PasswordProblem.ONE_CHARACTER: "The password is one character over and over. Use several words instead.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What a person sees of their own account."""

    name: str
    email: str
    role: Role
    created_at: datetime


class PeopleService:
    """Opens and closes accounts, and lets people in."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords, throttle: Throttle) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._throttle = throttle

    def add(self, *, email: str, name: str, role: Role, password: str) -> User:
        """Open an account.

        Raises:
            InvalidInput: If the address, the name or the password cannot be used; `field` says which.
            Conflict: If there is an account with this address.
        """
        address, called = checked_email(email), checked_name(name)
        check_password(password, email=address)
        password_hash = self._passwords.hash(password)
        with self._database.work() as work:
            return work.users.add(
                email=address, name=called, role=role, password_hash=password_hash, now=self._clock.now()
            )

    def add_demo_people(self) -> tuple[DemoPerson, ...]:
        """Open the accounts of the demonstration that are not there yet; return those that can be signed in to."""
        with self._database.read() as work:
            missing = [person for person in DEMO_PEOPLE if work.users.find_credentials(person.email) is None]
        for person in missing:
            self.add(email=person.email, name=person.name, role=person.role, password=person.password)
        return self.list_demo_people()

    def list_demo_people(self) -> tuple[DemoPerson, ...]:
        """Return the people of the demonstration whose published password still opens their account."""
        with self._database.read() as work:
            found = [(person, work.users.find_credentials(person.email)) for person in DEMO_PEOPLE]
        return tuple(
            person
            for person, known in found
            if known and known.user.active and self._passwords.fits(person.password, known.password_hash)
        )

    def list_all(self) -> tuple[User, ...]:
        """Return everybody, ordered by e-mail address."""
        with self._database.read() as work:
            return work.users.list_all()

    def find_in_session(self, user_id: int, session_epoch: int) -> User | None:
        """Return the person of a session, unless the session has ended or the account was closed."""
        with self._database.read() as work:
            user = work.users.find(user_id)
        alive = user is not None and user.active and user.session_epoch == session_epoch
        return user if alive else None

    def account_page(self, user_id: int) -> AccountPage:
        """Return what a person sees of their own account.

        Raises:
            NotFound: If nobody has this id.
        """
        with self._database.read() as work:
            user = work.users.get(user_id)
        return AccountPage(name=user.name, email=user.email, role=user.role, created_at=user.created_at)

    def sign_in(self, *, email: str, password: str, address: str) -> User:
        """Check an e-mail address and a password; the work is the same whether or not there is such an account.

        Args:
            address: Network address of the visitor; only a hash of it is kept.

        Raises:
            TooManyAttempts: If there were too many failures for this account or from this address.
            WrongCredentials: If the two do not belong together, or the account is closed.
        """
        known_as = normalise_email(email)
        attempt = self._throttle.begin(f"email {known_as}", address=address)
        with self._database.read() as work:
            found = work.users.find_credentials(known_as)
        fits = self._passwords.fits(password[:MAX_LENGTH], found.password_hash if found else None)
        if not fits or found is None or not found.user.active or len(password) > MAX_LENGTH:
            raise WrongCredentials("E-mail address and password do not belong together.")
        self._throttle.succeed(attempt)
        self._rehash_if_outdated(found, password)
        return found.user

    def change_password(self, user_id: int, *, current: str, new: str) -> User:
        """Give a person the password they chose, and end all their sessions.

        Returns:
            The person with the new session epoch, for renewing the session in which this was done.

        Raises:
            WrongCredentials: If the current password is not theirs.
            WeakPassword: If the new one cannot be used.
            TooManyAttempts: If the current password was wrong too often.
        """
        with self._database.read() as work:
            credentials = work.users.get_credentials(user_id)
        check_password(new, email=credentials.user.email)
        attempt = self._throttle.begin(f"change {user_id}")
        if not self._passwords.fits(current[:MAX_LENGTH], credentials.password_hash):
            raise WrongCredentials("This is not your current password.", field="current_password")
        self._throttle.succeed(attempt)
        password_hash = self._passwords.hash(new)
        with self._database.work() as work:
            work.users.set_password_hash(user_id, password_hash)
            return work.users.get(user_id)

    def set_password(self, email: str, new: str) -> User:
        """Give a person a password without asking for the old one, for the command line; their sessions end.

        Raises:
            NotFound: If there is no such account.
            WeakPassword: If the password cannot be used.
        """
        known_as = normalise_email(email)
        check_password(new, email=known_as)
        password_hash = self._passwords.hash(new)
        with self._database.work() as work:
            user = _get_by_email(work, known_as)
            work.users.set_password_hash(user.id, password_hash)
            changed = work.users.get(user.id)
        self._throttle.forgive(f"email {known_as}")
        return changed

    def rename(self, user_id: int, name: str) -> None:
        """Give a person another name.

        Raises:
            InvalidInput: If it is empty or too long.
        """
        called = checked_name(name)
        with self._database.work() as work:
            work.users.rename(user_id, called)

    def set_role(self, email: str, role: Role) -> User:
        """Make somebody a customer, an agent, a writer or an admin; pages they have open are closed to them at once.

        Raises:
            NotFound: If there is no such account.
        """
        with self._database.work() as work:
            user = _get_by_email(work, normalise_email(email))
            work.users.set_role(user.id, role)
            return work.users.get(user.id)

    def set_active(self, email: str, active: bool) -> User:
        """Close or reopen an account; its sessions end.

        Raises:
            NotFound: If there is no such account.
        """
        with self._database.work() as work:
            user = _get_by_email(work, normalise_email(email))
            work.users.set_active(user.id, active)
            return work.users.get(user.id)

    def _rehash_if_outdated(self, credentials: Credentials, password: str) -> None:
        if not self._passwords.is_outdated(credentials.password_hash):
            return
        new = self._passwords.hash(password)
        with self._database.work() as work:
            work.users.refresh_password_hash(credentials.user.id, old=credentials.password_hash, new=new)


def checked_name(text: str) -> str:
    """Return a name with its blanks tidied.

    Raises:
        InvalidInput: If it is empty or longer than 200 characters.
    """
    name = " ".join(text.replace("\x00", " ").split())
    if not name:
        raise InvalidInput("Please say what to call you.", field="name")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput(f"The name is too long: use at most {MAX_NAME_LENGTH} characters.", field="name")
    return name


def check_password(password: str, *, email: str) -> None:
    """Refuse a new password that is not good enough.

    Raises:
        WeakPassword: Saying why.
    """
    problem = classify_password(password, email=email)
    if problem is not None:
        raise WeakPassword(_PROBLEMS[problem], problem=problem)


def _get_by_email(work: UnitOfWork, email: str) -> User:
    credentials = work.users.find_credentials(email)
    if credentials is None:
        raise NotFound(f"There is no account for {email}. See them all with: portal users list")
    return credentials.user
