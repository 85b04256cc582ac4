"""Keys struck at random. Told apart with care: identifiers, names and words of other languages are none."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W_]+")
#: Rows of the usual keyboards; in the middle one even short runs are no words.
_HOME_ROW = "asdfghjkl"
_OTHER_ROWS = ("qwertyuiop", "qwertzuiop", "azertyuiop", "zxcvbnm", "yxcvbnm")
#: Shortest run of neighbouring keys, in letters, and the least share of the word it takes up.
_HOME_RUN = 4
_OTHER_RUN = 5
_RUN_SHARE = 0.6
#: Shortest heap of consonants, in letters.
_HEAP = 6
#: Longest number that may stand beside gibberish; a longer one is somebody's order.
_MOST_DIGITS = 3
_VOWELS = frozenset("aeiouy")


def is_gibberish(text: str) -> bool:
    """Tell whether a normalised text looks like nothing but keys struck at random, or holds no word at all.

    Whoever asks must still make sure that the index knows none of its words.
    """
    tokens = _TOKEN.findall(text)
    words = [token for token in tokens if not token.isdigit()]
    numbers = [token for token in tokens if token.isdigit()]
    if not words:
        return not numbers and bool(text.strip())
    return all(map(_is_struck, words)) and all(len(number) <= _MOST_DIGITS for number in numbers)


def _is_struck(word: str) -> bool:
    if not (word.isascii() and word.isalpha()) or word.isupper():
        return False
    letters = word.lower()
    return (
        _is_run(letters, (_HOME_ROW,), _HOME_RUN)
        or _is_run(letters, _OTHER_ROWS, _OTHER_RUN)
        or bool(re.fullmatch(r"(.)\1{3,}|([asdfghjkl]{3})\2+[asdfghjkl]{0,2}", letters))
        or (len(letters) >= _HEAP and _VOWELS.isdisjoint(letters))
    )


def _is_run(letters: str, rows: tuple[str, ...], shortest: int) -> bool:
    """Whether most of a word is one run of neighbouring keys, forwards or backwards."""
    least = max(shortest, int(len(letters) * _RUN_SHARE + 0.999))
    runs = {letters[at : at + least] for at in range(len(letters) - least + 1)}
    return any(run in row or run in row[::-1] for run in runs for row in rows)
