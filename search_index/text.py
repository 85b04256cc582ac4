"""From what people type to words the index knows: normalising, tokenising, stop words.

The same `Analyzer` reads articles and queries, so that a word is found however it is written:
``E-101``, ``e101`` and ``E 101``, ``wi-fi`` and ``wifi``, ``Passwort`` and ``passwort``. Languages
written without spaces are cut into pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from search_index.stop_words import EMPTY_WORDS, STOP_WORDS

#: Longest query that is searched, in characters; what lies beyond is cut at a word.
MAX_QUERY_CHARACTERS = 1_000

#: Longest single term that is indexed, in characters; longer runs are noise such as pasted keys.
MAX_TERM_CHARACTERS = 64

#: A piece of a compound up to this long says nothing by itself: the "e" of e-mail, the "in" of sign-in.
_SPOKEN_LETTERS = 2

#: Words whose terms an analyzer remembers; a help centre has fewer.
_REMEMBERED_WORDS = 100_000
#: Words of queries whose readings an analyzer remembers, 500 bytes each.
_REMEMBERED_QUERY_WORDS = 5_000

# Indic, Thai and other marks are not alphanumeric for Python's \w but belong to their words.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0900-\u0963\u0981-\u09e3\u0a01-\u0a5e\u0a81-\u0ae3\u0b01-\u0be3\u0c00-\u0ce3\u0d00-\u0de3"
)
# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_UNSPACED_ASTRAL = "\U00020000-\U0003ffff"

_CHUNK = rf"[^\W_{_UNSPACED}{_UNSPACED_ASTRAL}](?:[^\W_{_UNSPACED}{_UNSPACED_ASTRAL}]|[{_MARKS}])*"
_TOKEN = re.compile(rf"(?P<unspaced>[{_UNSPACED}{_UNSPACED_ASTRAL}]+)|(?P<word>{_CHUNK}(?:[-‐‑._/@:'’]{_CHUNK})*)")
_PART = re.compile(_CHUNK)
# Most texts hold no mark and no unspaced script; a plain pattern reads those ten times as fast.
_PLAIN_CHUNK = r"[^\W_]+"
_JOINED = rf"(?:[-‐‑._/@:'’]{_PLAIN_CHUNK})"
_PLAIN_TOKEN = re.compile(rf"(?P<word>{_PLAIN_CHUNK}{_JOINED}*)")
_NEEDS_CARE = re.compile("[\u0300-\u036f\u0483-\u1fff\u2e80-\U0010ffff]")
_POSSESSIVE = re.compile(r"['’](?:s|S)?$")


class Word(NamedTuple):
    """A word as it stands in a text.

    Attributes:
        start: Index of its first character.
        end: Index after its last character.
        parts: The words inside a compound such as ``sign-in``; empty for a plain word.
    """

    text: str
    start: int
    end: int
    parts: tuple[str, ...] = ()


class Match(NamedTuple):
    """A word of a text that is one of the words looked for.

    Attributes:
        terms: Those of the terms looked for that it stands for.
    """

    start: int
    end: int
    terms: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryWord:
    """One word of a query, ready to be looked up.

    Attributes:
        surface: The word folded but not stemmed, for spelling and for people.
        term: What the index holds for it.
        exact: True for identifiers and numbers, which no typo rule may touch.
        optional: True for a reading that only counts where the index knows it (``signin`` for ``sign-in``).
        within: Terms of the compound this word is a piece of; where the index knows one of them, the piece is
            not asked for by itself (no ``101`` where there is an ``E-101``).
        stop: True for a word that is asked for only because nothing else was typed.
        empty: True for a word whose match proves nothing; stop words are empty too.
    """

    surface: str
    term: str
    exact: bool = False
    optional: bool = False
    within: tuple[str, ...] = ()
    stop: bool = False
    empty: bool = False

    @property
    def is_identifier(self) -> bool:
        """True for a name such as ``E-101`` or ``ab12``, which means one thing only."""
        return self.exact and any(character.isalpha() for character in self.surface)


class SpokenWord(NamedTuple):
    """One word of a text in its place, stop words too: what phrases are compared by.

    Attributes:
        term: What stands for the word; for a compound that of its parts joined.
        asked: The terms that a query with it looks up.
    """

    term: str
    asked: frozenset[str]
    stop: bool


def normalise(text: str, limit: int = MAX_QUERY_CHARACTERS) -> str:
    """Make typed text searchable: NFKC, no control or invisible characters, white space folded, cut to a length.

    Args:
        text: Anything a person or a program sent; may hold NUL bytes and lone surrogates.
        limit: Most characters of the result; a longer text is cut after the last whole word that fits.

    Returns:
        The cleaned text; empty when nothing visible was typed.
    """
    # NFKC can make one character eighteen, never fewer than a third: looking at 4 limits is enough.
    visible = "".join(_visible(character) for character in text[: limit * 4])
    folded = " ".join(unicodedata.normalize("NFKC", visible).split())
    return folded if len(folded) <= limit else _cut_at_word(folded, limit)


def fold(word: str) -> str:
    """Lower a word and take the accents off Latin letters, so that ``Café`` and ``cafe`` are one."""
    lowered = word.casefold().replace("’", "'").replace("‐", "-").replace("‑", "-")
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", lowered)
    return unicodedata.normalize("NFC", "".join(_without_latin_marks(decomposed)))


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in order, compounds whole with their parts, unspaced scripts in pairs."""
    pattern = _TOKEN if _NEEDS_CARE.search(text) else _PLAIN_TOKEN
    for match in pattern.finditer(text):
        found = match.group()
        if match.lastgroup == "unspaced":
            yield from _pairs(found, match.start())
        elif found.isalnum():
            yield Word(found, match.start(), match.end())
        else:
            yield _word(found, match.start())


def is_exact(word: str) -> bool:
    """Tell whether a folded word is a number or an identifier, in which every character counts."""
    return any(character.isdigit() for character in word) or "@" in word or "." in word


class Analyzer:
    """Turns texts of one language into terms. Safe for threads.

    Args:
        stem: Maps a folded word to its stem, the first letter kept; identity where the language has none.
        stop_words: Folded words that are not asked for.
        empty_words: Folded words that prove nothing.
    """

    def __init__(
        self,
        stem: Callable[[str], str],
        stop_words: frozenset[str] = STOP_WORDS,
        empty_words: frozenset[str] = EMPTY_WORDS,
    ) -> None:
        self._stem = stem
        self._stop_words = stop_words
        self._empty_words = empty_words
        self._forms: Callable[[str, tuple[str, ...]], tuple[str, ...]]
        self._forms = lru_cache(maxsize=_REMEMBERED_WORDS)(self._find_forms)
        self._forms_as_spelled = lru_cache(maxsize=_REMEMBERED_WORDS)(lambda spelled: self.forms(_word(spelled, 0)))
        self._term: Callable[[str], str] = lru_cache(maxsize=_REMEMBERED_WORDS)(self._find_term)
        self._surfaces = lru_cache(maxsize=_REMEMBERED_WORDS)(_find_surfaces)
        self._asked: Callable[[str, tuple[str, ...]], tuple[QueryWord, ...]]
        self._asked = lru_cache(maxsize=_REMEMBERED_QUERY_WORDS)(lambda text, parts: tuple(self._ask(text, parts)))
        self._spoken: Callable[[str, tuple[str, ...]], SpokenWord]
        self._spoken = lru_cache(maxsize=_REMEMBERED_QUERY_WORDS)(self._speak)

    def terms(self, text: str) -> list[str]:
        """List every term a text is found by, stop words among them; empty for a text without words."""
        return self.terms_of(words_of(text))

    def terms_of(self, words: Iterable[Word]) -> list[str]:
        """List every term some words are found by."""
        return [term for word in words for term in self._forms(word.text, word.parts)]

    def forms(self, word: Word) -> tuple[str, ...]:
        """Give the terms one word of an article is found by: itself, its parts, its parts joined."""
        return self._forms(word.text, word.parts)

    def find(self, text: str, terms: frozenset[str]) -> list[Match]:
        """Find the words of a text that stand for one of some terms, in order; pairs of characters may overlap."""
        if _NEEDS_CARE.search(text):
            places = ((word.start, word.end, self.forms(word)) for word in words_of(text))
        else:
            likely = _likely_tokens(text, {term[0] for term in terms if term})
            places = ((match.start(), match.end(), self._forms_as_spelled(match[0])) for match in likely)
        return [
            Match(start, end, frozenset(terms.intersection(forms)))
            for start, end, forms in places
            if not terms.isdisjoint(forms)
        ]

    def query_words(self, text: str) -> list[QueryWord]:
        """List the words of a query to look up, each once, in order.

        Stop words are left out unless nothing else was typed, so that a query never empties itself.
        """
        found: dict[str, QueryWord] = {}
        for word in words_of(text):
            for asked in self._asked(word.text, word.parts):
                found.setdefault(asked.term, asked)
        kept = [word for word in found.values() if not word.stop]
        return kept if any(not word.optional for word in kept) else list(found.values())

    def spoken(self, text: str) -> list[SpokenWord]:
        """List the words of a text one by one, none left out; empty for a text without words."""
        return [self._spoken(word.text, word.parts) for word in words_of(text)]

    def surfaces_of(self, words: Iterable[Word]) -> set[str]:
        """Collect plain words, folded and unstemmed: the vocabulary for spelling."""
        return {surface for word in words for surface in self._surfaces(word.parts or (word.text,))}

    def term(self, surface: str) -> str:
        """Give the index term of a folded word."""
        return self._term(surface)

    def _find_forms(self, text: str, parts: tuple[str, ...]) -> tuple[str, ...]:
        folded = fold(text)
        if not parts:
            return (self._term(folded),)
        whole = (folded[:MAX_TERM_CHARACTERS],) if is_exact(folded) else ()
        pieces = [fold(part) for part in parts]
        return (*whole, self._term("".join(pieces)), *(self._term(piece) for piece in pieces))

    def _ask(self, text: str, pieces: tuple[str, ...]) -> Iterator[QueryWord]:
        if not pieces:
            yield self._query_word(fold(text))
            return
        whole, parts = fold(text), [fold(piece) for piece in pieces]
        joined = "".join(parts)
        exact = is_exact(whole)
        over: tuple[str, ...] = ()
        if exact:
            over = (whole[:MAX_TERM_CHARACTERS],)
            yield QueryWord(surface=whole, term=over[0], exact=True, optional=True)
        yield QueryWord(surface=joined, term=self._term(joined), exact=exact, optional=True, within=over)
        spoken = [part for part in parts if len(part) > _SPOKEN_LETTERS]
        if exact or not spoken:
            over = (*over, self._term(joined))
        for part in spoken or parts:
            yield self._query_word(part, over)

    def _speak(self, text: str, pieces: tuple[str, ...]) -> SpokenWord:
        folded = fold("".join(pieces) or text)
        asked = frozenset(each.term for each in self._asked(text, pieces))
        return SpokenWord(self._term(folded), asked, folded in self._stop_words)

    def _query_word(self, surface: str, within: tuple[str, ...] = ()) -> QueryWord:
        return QueryWord(
            surface=surface,
            term=self._term(surface),
            exact=is_exact(surface),
            within=within,
            stop=surface in self._stop_words,
            empty=surface in self._empty_words,
        )

    def _find_term(self, folded: str) -> str:
        return (folded if is_exact(folded) else self._stem(folded))[:MAX_TERM_CHARACTERS]


def _likely_tokens(text: str, initials: set[str]) -> Iterator[re.Match[str]]:
    """Give the words that may have a stem beginning so, and spare the others from being stemmed.

    A stem begins as its word does, a compound as any of its pieces; letters that folding may change are let through.
    """
    wanted = initials | {initial.upper() for initial in initials}
    for match in _PLAIN_TOKEN.finditer(text):
        spelled = match[0]
        if spelled[0] in wanted or not spelled.isalnum() or not spelled[0].isascii():
            yield match


def _find_surfaces(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(part) for part in parts if part.isalpha() and len(part) <= MAX_TERM_CHARACTERS)


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def _cut_at_word(text: str, limit: int) -> str:
    head, space, _ = text[: limit + 1].rpartition(" ")
    return head if space else text[:limit]


def _without_latin_marks(decomposed: str) -> Iterator[str]:
    after_latin = False
    for character in decomposed:
        if not unicodedata.combining(character):
            after_latin = character.isascii()
        elif after_latin:
            continue
        yield character


def _pairs(run: str, start: int) -> Iterator[Word]:
    if len(run) == 1:
        yield Word(run, start, start + 1)
    for offset in range(len(run) - 1):
        yield Word(run[offset : offset + 2], start + offset, start + offset + 2)


def _word(text: str, start: int) -> Word:
    shortened = _POSSESSIVE.sub("", text)
    parts = tuple(_PART.findall(shortened))
    if len(parts) == 1:
        return Word(parts[0], start, start + len(text))
    if "'" in shortened or "’" in shortened:
        return Word("".join(parts), start, start + len(text))  # don't is dont: an apostrophe joins
    return Word(shortened, start, start + len(text), parts)
