"""Words that carry what a text is about, brought to a common form so that texts can be compared by them.

A light stemmer for English is enough here: it decides only whether two short texts could speak of the same thing, never
what a search finds. Words of other languages are compared as they are, and scripts without gaps by pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain.redaction import wording_of

#: Words of so few letters that no ending is taken off.
_SHORTEST_STEM = 3
_WITHOUT_GAPS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_PLACEHOLDERS = frozenset({"email", "iban", "card", "phone", "number", "name"})


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words that stand in every text.
_EMPTY = _word_set(
    """a about after again all also am an and any anyone anything are aren as ask at be because been before being but by
    can cannot cant could couldnt day days did didnt do does doesnt dont each even ever every few find for from get
    gets getting give go going got had has hasnt have havent having he hello help her here hi him his how however i id
    if ill im in into is isnt it its ive just keep know let lets like ll long look make many may maybe me might more
    most much must my need needs never new no nor not nothing now of off often oh ok on once one only or other our out
    over own please put question questions re really right said same say see shall she should show since so some
    somebody someone something soon still such sure take tell than thank thanks that thats the their them then there
    theres these they thing things think this those time to today told too try trying two under until up us use used
    using very want wants was wasnt way we well went were what whats when where which while who whose why will with
    without wont work working works would write yes yet you your yours"""
)
#: Endings with what takes their place, the longest first.
_ENDINGS = (
    ("ations", "at"),
    ("ation", "at"),
    ("ments", ""),
    ("ment", ""),
    ("ings", ""),
    ("ing", ""),
    ("ies", ""),
    ("ied", ""),
    ("es", ""),
    ("ed", ""),
    ("ly", ""),
    ("s", ""),
    ("y", ""),
)


def content_words(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about; none for a text of empty words.

    Args:
        text: Of any length; placeholders of redaction, such as ``[email]``, say nothing.
    """
    words = (word for word in wording_of(text).split() if any(map(str.isalnum, word)))
    found = (part for word in words for part in _parts(word))
    return frozenset(_stem(word) for word in found if word not in _EMPTY and word not in _PLACEHOLDERS)


def _parts(word: str) -> Iterator[str]:
    """Yield a word, or pairs of characters where the script leaves no gaps between words."""
    if not _WITHOUT_GAPS.search(word) or len(word) == 1:
        yield word
    else:
        yield from (word[place : place + 2] for place in range(len(word) - 1))


def _stem(word: str) -> str:
    """Take a common English ending off; a doubled last letter or a silent e goes with it."""
    if not word.isascii() or any(letter.isdigit() for letter in word):
        return word
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(stem) >= _SHORTEST_STEM and not (ending == "s" and word.endswith("ss")):
            word = stem
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST_STEM and word.endswith("e") else word
