"""E-mail addresses checked for their form, never by asking the network; the only file that knows the library."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from portal.domain.errors import InvalidInput
from portal.domain.users import normalise_email


def checked_email(text: str, *, field: str = "email") -> str:
    """Return an e-mail address in the form accounts are known by.

    Args:
        text: As typed; blanks around it are dropped.
        field: Name of the form field, for showing the message beside it.

    Raises:
        InvalidInput: If no mail can be sent to such an address, whoever owns it.
    """
    try:
        address = validate_email(text.strip(), check_deliverability=False).normalized
    except (EmailNotValidError, ValueError) as error:
        raise InvalidInput("This is not an e-mail address. It looks like ada@example.com.", field=field) from error
    return normalise_email(address)


def transport_address(address: str) -> str:
    """Return an address as every mail server passes it on: a domain with letters of other scripts in its ASCII form.

    Raises:
        InvalidInput: If it is none, or has letters before the ``@`` that few servers can write to.
    """
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, ValueError) as error:
        raise InvalidInput(f"No mail can be sent to {address!r}.", field="email") from error
    return f"{checked.local_part}@{checked.ascii_domain}"
