"""What a visitor had typed into a form that could not be sent, so that an error page can give it back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

#: Shorter ones are quickly typed again.
MIN_LENGTH = 20
#: Most fields shown.
MAX_FIELDS = 5

_SECRET = re.compile(r"password|token|key|code", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedText:
    """One field of a form."""

    name: str
    text: str


def typed_texts() -> tuple[TypedText, ...]:
    """Return the long texts of the form that was sent; none of its secrets, and none that another site made up."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return ()
    try:
        fields = request.form.items(multi=True)
    except HTTPException:  # too large to be read
        return ()
    worth = (TypedText(name=name, text=text) for name, text in fields if _is_worth_keeping(name, text))
    return tuple(worth)[:MAX_FIELDS]


def _is_worth_keeping(name: str, text: str) -> bool:
    prose = len(text) >= MIN_LENGTH and any(letter.isspace() for letter in text)
    return prose and not _SECRET.search(name)
