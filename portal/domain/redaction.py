"""Taking personal data out of what people type, before any of it is stored.

E-mail addresses, IBANs, cards, telephone numbers and other long numbers are replaced by a word in brackets. What
writers need in order to understand a question stays: words, error codes such as ``E-101``, years, prices, versions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Digits from which on a number may tell who somebody is.
LONG_NUMBER_DIGITS = 7
#: How many digits a payment card has, fewest and most.
CARD_DIGITS = (13, 19)
#: How many digits a telephone number has at most; longer numbers are something else.
MAX_PHONE_DIGITS = 15
#: How many characters an IBAN has, fewest and most.
IBAN_CHARACTERS = (15, 34)
#: Digits that something shaped like an IBAN must hold to be taken for a mistyped one.
IBAN_LIKE_DIGITS = 10
#: Longest wording that is kept for grouping, in characters.
MAX_WORDING_CHARACTERS = 500

_NOT_IN_ADDRESS = r"\s@＠<>()\[\]\"“”,;:\\"
_NOT_IN_HOST = rf"{_NOT_IN_ADDRESS}.!?/{{}}|"
_EMAIL = re.compile(
    rf"(?:\"[^\"@\n]{{1,64}}\"|[^{_NOT_IN_ADDRESS}]{{1,254}})"
    r"(?:[@＠]|%40|\s?[(\[]\s?at\s?[)\]]\s?)"
    rf"[^{_NOT_IN_HOST}]{{1,63}}(?:\.[^{_NOT_IN_HOST}]{{1,63}})+",
    re.IGNORECASE,
)

# Spaces of any width but no line break, dashes of any length, and characters without width.
_GAP = r"[^\S\r\n\v\f\x85\u2028\u2029]"
_DASH = r"\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_UNSEEN = r"\u200b-\u200d\u2060\ufeff"
_BETWEEN = rf"(?:{_GAP}|[{_DASH}{_UNSEEN}])"

_IBAN = re.compile(rf"(?<![^\W_])[A-Za-z]{{2}}\d{{2}}(?:{_BETWEEN}?[A-Za-z0-9]){{11,44}}(?![^\W_])")
_IBAN_WORD = re.compile(r"[A-Za-z0-9]+")

# A card may be written with dots too, but then only in its usual groups: versions have dots and any check digit.
_CARD = re.compile(rf"(?<!\d)\d(?:(?:{_BETWEEN}|[._/]){{0,3}}\d){{12,18}}(?!\d)")

# An area code in brackets, or one followed by a slash, and what is joined by gaps, dashes, and after + by dots.
_PHONE = re.compile(
    rf"(?<!\d)(?:"
    rf"\+(?:{_BETWEEN}|[./()])?\d(?:(?:{_BETWEEN}|[./()]){{0,3}}\d){{6,14}}"
    rf"|\(\+?\d{{1,5}}\){_BETWEEN}{{0,3}}\d(?:{_BETWEEN}{{0,2}}\d){{3,11}}"
    rf"|0\d{{2,5}}{_GAP}?/{_GAP}?\d(?:{_BETWEEN}?\d){{3,9}}"
    rf"|\d{{3}}\.\d{{3}}\.\d{{4}}"
    rf")(?!\d)"
)
_NORTH_AMERICAN = re.compile(r"\d{3} \d{3} \d{4}|1 \d{3} \d{3} \d{4}")

_RUN = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d)+")
_DOTTED = re.compile(r"[._/]")
_CARD_GROUPS = re.compile(r"\d{4} \d{4} \d{4} \d{4}|\d{4} \d{6} \d{5}")
_GROUP = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A recent date tells when something happened; an older one may be somebody's birthday and is not kept.
_DATE = re.compile(
    r"20\d\d (?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01]) (?:0?[1-9]|1[0-2]) 20\d\d"
)

_JOINING = re.compile(r"(?<=\w)['’‘ʼ](?=\w)")


def redact(text: str) -> str:
    """Replace personal data by ``[email]``, ``[iban]``, ``[card]``, ``[phone]`` and ``[number]``.

    Redacting a text again changes nothing more. No run of seven or more digits is left, gaps and dashes within it
    counted or not, except years and dates of this century.

    Args:
        text: What somebody typed, of any length; may be empty.
    """
    redacted = _EMAIL.sub("[email]", text)
    redacted = _IBAN.sub(lambda match: _without_iban(match.group()), redacted)
    redacted = _CARD.sub(lambda match: "[card]" if _is_card(match.group()) else match.group(), redacted)
    redacted = _PHONE.sub(lambda match: _without_phone(match.group()), redacted)
    return _RUN.sub(lambda match: "".join(_without_numbers(match.group())), redacted)


def wording_of(text: str) -> str:
    """Fold a query to the form it is grouped by: case, punctuation, accents of writing and gaps do not count.

    Returns:
        At most 500 characters; punctuation alone is kept as it is, so that ``???`` is not grouped with silence.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    joined = _JOINING.sub("", folded)
    words = " ".join("".join(_letter_or_gap(character) for character in joined).split())
    return (words or " ".join(folded.split()))[:MAX_WORDING_CHARACTERS].rstrip()


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit that payment cards carry."""
    total = 0
    for place, digit in enumerate(int(character) for character in reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 (the sum of both digits)
    return total % 10 == 0


def _is_card(text: str) -> bool:
    digits = _digits(text)
    if not CARD_DIGITS[0] <= len(digits) <= CARD_DIGITS[1] or len(set(digits)) == 1:
        return False
    if _DOTTED.search(text) and not _CARD_GROUPS.fullmatch(" ".join(_GROUP.findall(text))):
        return False
    return passes_luhn(digits)


def _without_iban(text: str) -> str:
    """Replace the longest beginning that checks as an IBAN, or that has as many digits as a mistyped one."""
    ends = [match.end() for match in _IBAN_WORD.finditer(text)]
    for end in reversed(ends):
        if _checks_as_iban(text[:end]):
            return "[iban]" + text[end:]
    numeric = [end for end, word in zip(ends, _IBAN_WORD.findall(text), strict=True) if any(map(str.isdigit, word))]
    likely = text[: numeric[-1]]
    is_like = len(_compact(likely)) >= IBAN_CHARACTERS[0] and len(_digits(likely)) >= IBAN_LIKE_DIGITS
    return "[iban]" + text[len(likely) :] if is_like else text


def _checks_as_iban(text: str) -> bool:
    compact = _compact(text).upper()
    if not IBAN_CHARACTERS[0] <= len(compact) <= IBAN_CHARACTERS[1]:
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _without_phone(text: str) -> str:
    return "[phone]" if len(_digits(text)) >= LONG_NUMBER_DIGITS else text


def _without_numbers(run: str) -> Iterator[str]:
    """Yield a run of digits and gaps with all that is long in it replaced; a card is found among its neighbours."""
    groups = [match.span() for match in _GROUP.finditer(run)]
    card = next(_cards_in(run, groups), None)
    if card is not None:
        before, after = run[: card[0]], run[card[1] :]
        yield from _without_numbers(before)
        yield "[card]"
        yield from _without_numbers(after)
    else:
        yield _number_or_text(run)


def _cards_in(run: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for first, (start, _) in enumerate(groups):
        for _, end in reversed(groups[first : first + CARD_DIGITS[1]]):
            if _is_card(run[start:end]):
                yield start, end


def _number_or_text(run: str) -> str:
    groups = _GROUP.findall(run)
    digits = _digits(run)
    spaced = " ".join(groups)
    if len(digits) < LONG_NUMBER_DIGITS or _DATE.fullmatch(spaced) or all(map(_YEAR.fullmatch, groups)):
        return run
    word = "[phone]" if _is_phone(digits, spaced) else "[number]"
    before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
    return before + word + after


def _is_phone(digits: str, spaced: str) -> bool:
    if len(digits) > MAX_PHONE_DIGITS:
        return False
    return bool(_NORTH_AMERICAN.fullmatch(spaced)) or digits.startswith("0")


def _digits(text: str) -> str:
    return "".join(str(int(character)) for character in text if character.isdecimal())


def _compact(text: str) -> str:
    return "".join(_IBAN_WORD.findall(text))


def _letter_or_gap(character: str) -> str:
    return " " if unicodedata.category(character)[0] in "PZC" else character
