"""Typed reading of front matter: each value checked, each complaint with its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from portal.content.front_matter import FrontMatter
from portal.content.yaml_reader import plain_values
from portal.domain.errors import ContentError

#: Largest number a key may hold; the database's columns end somewhere above.
_MAX_NUMBER = 1_000_000


class FrontMatterFields:
    """Takes values out of front matter one by one; `rest` is what nobody asked for."""

    def __init__(self, front_matter: FrontMatter, path: str) -> None:
        self._values = {key: value for key, value in front_matter.values.items() if value is not None}
        self._lines = front_matter.key_lines
        self._asked: set[str] = set()
        self.path = path

    def text(self, *keys: str, longest: int = 300) -> str:
        """Return the first of the keys that is there as one line of text, "" when none is.

        Raises:
            ContentError: If the value is not text or a number, or longer than `longest` characters.
        """
        key, value = self._take(keys)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float | date):
            raise self.error(key, f"“{key}” must be text, but is {_kind(value)}. Put the value in quotes.")
        text = " ".join(str(value).split())
        if len(text) > longest:
            raise self.error(key, f"“{key}” has {len(text)} characters; {longest} is the most.")
        return text

    def words(self, key: str, *, longest: int = 500) -> tuple[str, ...]:
        """Return a list of texts; one text counts as a list with commas, nothing as the empty list.

        Raises:
            ContentError: If the value or one of its members is neither text nor a number.
        """
        _, value = self._take((key,))
        items: list[object] = []
        if isinstance(value, str):
            items = list(value.split(","))
        elif isinstance(value, list):
            items = value
        elif value is not None:
            raise self.error(key, f"“{key}” must be a list, but is {_kind(value)}. Write it as [first, second].")
        texts = [self._member(key, item, longest) for item in items]
        return tuple(dict.fromkeys(text for text in texts if text))

    def day(self, *keys: str) -> date | None:
        """Return a date, None when there is none.

        Raises:
            ContentError: If the value is not a date.
        """
        key, value = self._take(keys)
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        try:
            return datetime.fromisoformat(str(value).strip()).date()
        except ValueError as error:
            message = f"“{key}” must be a date such as 2026-03-31, but is “{value}”."
            raise self.error(key, message) from error

    def number(self, *keys: str, default: int) -> int:
        """Return a whole number; fractions are cut off.

        Raises:
            ContentError: If the value is not a number.
        """
        key, value = self._take(keys)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _MAX_NUMBER:
            raise self.error(key, f"“{key}” must be a number such as 3, but is {_kind(value)}.")
        return int(value)

    def says(self, key: str, wanted: bool) -> bool:
        """Whether the key is there and is true, or false, as wanted; in quotes it counts as well."""
        key, value = self._take((key,))
        return str(value).strip().lower() == str(wanted).lower()

    def rest(self) -> Mapping[str, object]:
        """Return the keys that were never asked for, as values that JSON can hold."""
        return {key: plain_values(value) for key, value in self._values.items() if key not in self._asked}

    def error(self, key: str, message: str) -> ContentError:
        """Build a complaint about one key, with the key's line."""
        return ContentError(message, path=self.path, line=self._lines.get(key))

    def _take(self, keys: tuple[str, ...]) -> tuple[str, object]:
        """Return the first key that is there; only that one counts as asked for."""
        for key in keys:
            if key in self._values:
                self._asked.add(key)
                return key, self._values[key]
        return keys[0], None

    def _member(self, key: str, item: object, longest: int) -> str:
        if isinstance(item, bool) or not isinstance(item, str | int | float | date):
            raise self.error(key, f"“{key}” must hold texts, but one of them is {_kind(item)}. Put it in quotes.")
        text = str(item).strip()
        if len(text) > longest:
            raise self.error(key, f"A value of “{key}” has {len(text)} characters; {longest} is the most.")
        return text


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return f"“{value}”"
