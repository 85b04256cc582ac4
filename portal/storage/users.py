"""People with accounts, and throttled sign-ins."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from portal.domain.errors import Conflict, NotFound
from portal.domain.users import Role, User
from portal.storage.base import Store
from portal.storage.rows import SignInAttemptRow, UserRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A person and the hash their password must fit."""

    user: User
    password_hash: str


class UserStore(Store):
    """People with accounts, and throttled sign-ins."""

    def add(self, *, email: str, name: str, role: Role, password_hash: str, now: datetime) -> User:
        """Open an account.

        Args:
            email: Normalised by `portal.domain.users.normalise_email`.

        Raises:
            Conflict: If there is an account with this e-mail address.
        """
        if self.find_credentials(email) is not None:
            raise Conflict(f"There is an account for {email} already.")
        row = UserRow(
            email=email, name=name, role=role, password_hash=password_hash, session_epoch=0, active=True, created_at=now
        )
        self.session.add(row)
        self.session.flush()
        return _user(row)

    def find(self, user_id: int) -> User | None:
        """Return a person by id, active or not."""
        row = self.session.get(UserRow, user_id)
        return None if row is None else _user(row)

    def get(self, user_id: int) -> User:
        """Return a person by id, active or not.

        Raises:
            NotFound: If nobody has this id.
        """
        user = self.find(user_id)
        if user is None:
            raise NotFound("There is no such account.")
        return user

    def find_credentials(self, email: str) -> Credentials | None:
        """Return a person with their password's hash by normalised e-mail address."""
        row = self.session.scalars(select(UserRow).where(UserRow.email == email)).first()
        return None if row is None else Credentials(user=_user(row), password_hash=row.password_hash)

    def get_credentials(self, user_id: int) -> Credentials:
        """Return a person with their password's hash by id.

        Raises:
            NotFound: If nobody has this id.
        """
        row = self.session.get(UserRow, user_id)
        if row is None:
            raise NotFound("There is no such account.")
        return Credentials(user=_user(row), password_hash=row.password_hash)

    def list_all(self) -> tuple[User, ...]:
        """Return everybody, ordered by e-mail address."""
        return tuple(_user(row) for row in self.session.scalars(select(UserRow).order_by(UserRow.email)))

    def rename(self, user_id: int, name: str) -> None:
        """Give a person another name."""
        self._set(user_id, name=name)

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        """Give a person another password, which ends all their sessions."""
        self._set(user_id, password_hash=password_hash, session_epoch=UserRow.session_epoch + 1)

    def refresh_password_hash(self, user_id: int, *, old: str, new: str) -> None:
        """Store the same password hashed anew, unless it was changed meanwhile; sessions go on."""
        same = update(UserRow).where(UserRow.id == user_id, UserRow.password_hash == old)
        self.session.execute(same.values(password_hash=new))

    def set_active(self, user_id: int, active: bool) -> None:
        """Close or reopen an account; either way all its sessions end."""
        self._set(user_id, active=active, session_epoch=UserRow.session_epoch + 1)

    def set_role(self, user_id: int, role: Role) -> None:
        """Make a person a customer, an agent, a writer or an admin."""
        self._set(user_id, role=role.value)

    def takes_chats(self, user_id: int) -> bool:
        """Whether an agent wishes to be offered to customers who would like to chat; False for nobody."""
        return self.session.scalar(select(UserRow.takes_chats).where(UserRow.id == user_id)) or False

    def set_takes_chats(self, user_id: int, takes_chats: bool) -> None:
        """Remember whether an agent wishes to be offered for chats."""
        self._set(user_id, takes_chats=takes_chats)

    def list_staff(self) -> tuple[User, ...]:
        """Return everybody active who may answer requests, by name."""
        staff = (Role.AGENT, Role.WRITER, Role.ADMIN)
        query = select(UserRow).where(UserRow.active, UserRow.role.in_(staff))
        return tuple(_user(row) for row in self.session.scalars(query.order_by(UserRow.name, UserRow.id)))

    def list_attempts(self, key: str, *, since: datetime) -> tuple[datetime, ...]:
        """Return the times of the failed sign-ins of one key after a time, oldest first."""
        query = select(SignInAttemptRow.at).where(SignInAttemptRow.key == key, SignInAttemptRow.at > since)
        return tuple(self.session.scalars(query.order_by(SignInAttemptRow.at)))

    def add_attempt(self, key: str, *, at: datetime) -> int:
        """Count a sign-in as failed until the contrary is shown; return the id to take it back by."""
        row = SignInAttemptRow(key=key, at=at)
        self.session.add(row)
        self.session.flush()
        return row.id

    def remove_attempts(self, attempt_ids: Collection[int]) -> None:
        """Take attempts back; those that are gone already do not matter."""
        self.session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.id.in_(attempt_ids)))

    def forget_attempts(self, key: str) -> None:
        """Forget all failed sign-ins of one key."""
        self.session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.key == key))

    def prune_attempts(self, *, before: datetime) -> None:
        """Forget the failed sign-ins that no longer matter."""
        self.session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.at < before))

    def _set(self, user_id: int, **values: object) -> None:
        self.session.execute(update(UserRow).where(UserRow.id == user_id).values(**values))


def _user(row: UserRow) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        session_epoch=row.session_epoch,
        active=row.active,
        created_at=row.created_at,
    )
