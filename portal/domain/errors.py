"""What can go wrong in the portal, as one tree. Each message is a sentence with the way out.

PortalError
├── NotFound             there is no such thing, or this viewer may not know of it
├── NotAllowed           the viewer is known and may not do this
├── SignInRequired       a viewer who is not signed in asks for something personal
├── InvalidInput         a field holds something unusable; `field` names it
│   ├── WeakPassword     a new password is refused; `problem` says why
│   ├── RefusedFile      a file that came along is not taken; `problem` says why
│   └── WrongCredentials e-mail and password do not belong together, or the account is closed
├── Conflict             somebody else changed it meanwhile; both sides are kept
│   └── ReplyHeld        a reply waits for its agent's second look; `hold` says why
├── TooManyAttempts      throttled; `retry_after_seconds` says how long
├── DeliveryError        a mail was not handed over; `fault` says whether to try again
├── MailboxError         the mailbox of customers' mails could not be read; it will be tried again
├── ContentError         an article's file cannot be used; `path` and `line` name the place
└── SetupError           the installation lacks something; the message says what to run
"""

from __future__ import annotations

from portal.domain.attachments import FileProblem
from portal.domain.mail import MailFault
from portal.domain.passwords import PasswordProblem
from portal.domain.reply_holds import ReplyHold


class PortalError(Exception):
    """Base of every error the portal raises on purpose."""


class NotFound(PortalError):
    """There is no such thing, or this viewer may not know of it: callers must not be able to tell which."""


class NotAllowed(PortalError):
    """The viewer is known and may not do this."""


class SignInRequired(PortalError):
    """A viewer who is not signed in asks for something personal."""


class InvalidInput(PortalError):
    """A field holds something unusable.

    Attributes:
        field: Name of the form field, for showing the message beside it.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class WeakPassword(InvalidInput):
    """A new password is refused.

    Attributes:
        problem: Why, for the words shown beside the field.
    """

    def __init__(self, message: str, *, problem: PasswordProblem) -> None:
        super().__init__(message, field="new_password")
        self.problem = problem


class RefusedFile(InvalidInput):
    """A file that came along is not taken.

    Attributes:
        file_name: As its sender called it.
        problem: Why, for the words shown beside the field.
    """

    def __init__(self, file_name: str, *, problem: FileProblem) -> None:
        super().__init__(f"The file {file_name!r} is not taken: {problem}.", field="files")
        self.file_name = file_name
        self.problem = problem


class WrongCredentials(InvalidInput):
    """E-mail and password do not belong together, or the account is closed: callers must not be able to tell which."""


class Conflict(PortalError):
    """Somebody else changed it meanwhile; both sides are kept."""


class ReplyHeld(Conflict):
    """A reply was not sent, because its agent should look again; its text is kept.

    Attributes:
        hold: Why.
        names: Of the agents who answered meanwhile, or of the articles that the customer may not open.
    """

    def __init__(self, message: str, *, hold: ReplyHold, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.hold = hold
        self.names = names


class TooManyAttempts(PortalError):
    """Throttled.

    Attributes:
        retry_after_seconds: When the next attempt will be looked at.
    """

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class DeliveryError(PortalError):
    """A mail was not handed over to the mail server.

    Attributes:
        fault: Whose it is: the server's, this moment's, or the mail's for good.
    """

    def __init__(self, message: str, *, fault: MailFault) -> None:
        super().__init__(message)
        self.fault = fault


class MailboxError(PortalError):
    """The mailbox of customers' mails could not be read; nothing in it is lost."""


class ContentError(PortalError):
    """An article's file cannot be used.

    Attributes:
        path: The file, relative to the articles folder.
        line: 1-based line in the file, or None where no line is to blame.
        reason: The sentence without the place.
    """

    def __init__(self, message: str, *, path: str, line: int | None = None) -> None:
        where = f"{path}:{line}" if line is not None else path
        super().__init__(f"{where}: {message}")
        self.path = path
        self.line = line
        self.reason = message


class SetupError(PortalError):
    """The installation lacks something; the message says what to run."""
