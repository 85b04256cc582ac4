"""Words and phrases that mean the same, and where a query holds them.

A query is searched by its own words first; the others only add what the customer might have said as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

from search_index.errors import IndexCorrupt
from search_index.text import Analyzer, fold, normalise, words_of

#: Most words of one phrase, and most phrases of one rule: beyond that it is a text, or a mistake.
MAX_PHRASE_WORDS = 6
MAX_PHRASES = 30
#: Longest phrase in characters.
_MAX_CHARACTERS = 80
_ONE_WAY = re.compile(r"\s*(?:→|=>|->)\s*")
_APART = re.compile(r"\s*(?:≠|!=)\s*")

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymRule:
    """What some words are also searched as.

    Attributes:
        asked: Words and phrases as customers may type them.
        also: What each of them is searched as too; the same list for words that all mean the same.
        apart: True turns it round: none of `asked` is ever taken for one of `also`, whatever other rules say.
    """

    asked: tuple[str, ...]
    also: tuple[str, ...]
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSynonyms:
    """A run of a query's words with what it is also searched as.

    Attributes:
        start: Number of its first word.
        end: Number of the word after its last one.
        alternatives: Each a set of terms that stands for the run where a passage holds all of them.
    """

    start: int
    end: int
    alternatives: tuple[Terms, ...]


def parse_rule(text: str) -> SynonymRule:
    """Read a rule: ``a, b, c`` mean the same; ``a => b, c``; ``a != b``.

    Raises:
        ValueError: It is no such rule; a sentence says why.
    """
    for pattern, apart in ((_ONE_WAY, False), (_APART, True)):
        match pattern.split(text.strip()):
            case [asked, also]:
                return SynonymRule(asked=_phrases(asked), also=_phrases(also), apart=apart)
            case [_, _, *_]:
                raise ValueError("One rule has one arrow. Write a rule for each.")
    group = _phrases(text)
    if not group[1:]:
        raise ValueError("One word alone has no synonym. Write at least two, with commas between.")
    return SynonymRule(asked=group, also=group)


def same_meaning(phrases: Iterable[str]) -> SynonymRule:
    """Make a rule of words that all mean the same.

    Raises:
        ValueError: There are fewer than two, too many, or one is empty or too long.
    """
    return parse_rule(", ".join(phrases))


def rule_to_line(rule: SynonymRule) -> str:
    """Write a rule as `parse_rule` reads it."""
    if rule.apart:
        return f"{', '.join(rule.asked)} != {', '.join(rule.also)}"
    if rule.asked == rule.also:
        return ", ".join(rule.asked)
    return f"{', '.join(rule.asked)} => {', '.join(rule.also)}"


def shipped_rules() -> tuple[SynonymRule, ...]:
    """Read the English rules that suit any help centre."""
    text = (files("search_index") / "data" / "synonyms_en.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(parse_rule(line) for line in lines if line and not line.startswith("#"))


def rules_to_json(rules: Iterable[SynonymRule]) -> str:
    """Write rules for a generation."""
    return json.dumps([asdict(rule) for rule in rules], ensure_ascii=True)


def rules_from_json(text: str) -> tuple[SynonymRule, ...]:
    """Read them back.

    Raises:
        IndexCorrupt: The text holds no rules.
    """
    try:
        rows = json.loads(text)
        return tuple(
            SynonymRule(asked=tuple(row["asked"]), also=tuple(row["also"]), apart=bool(row["apart"])) for row in rows
        )
    except (ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"The synonyms of the index cannot be read ({error}); rebuild the index.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """A phrase as the index reads it.

    Attributes:
        spellings: As it may be typed: compounds joined, and in pieces.
        wanted: What a passage must hold to stand for it: all terms but stop words, unless there are no others.
    """

    spellings: tuple[Terms, ...]
    wanted: Terms

    @property
    def key(self) -> Terms:
        """The terms that stand for it."""
        return self.spellings[0]


class Synonyms:
    """Rules made ready for one language. Immutable, so safe for threads.

    Args:
        rules: The order is that in which alternatives are tried.
    """

    def __init__(self, rules: Sequence[SynonymRule], analyzer: Analyzer) -> None:
        self.rules = tuple(rules)
        self._analyzer = analyzer
        self._known: dict[Terms, dict[Terms, None]] = {}
        texts = dict.fromkeys(phrase for rule in rules for phrase in (*rule.asked, *rule.also))
        phrases = {text: _read(analyzer, text) for text in texts}
        pairs = ((phrases[one].key, phrases[other].key) for rule in rules if rule.apart for one, other in _pairs(rule))
        apart = {frozenset(pair) for pair in pairs}
        for rule in rules:
            if not rule.apart:
                self._add([phrases[each] for each in rule.asked], [phrases[each] for each in rule.also], apart)
        self._longest = max((len(key) for key in self._known), default=0)

    def with_more(self, rules: Sequence[SynonymRule]) -> Synonyms:
        """Give these synonyms and some more, to try them; nothing is written."""
        return Synonyms((*rules, *self.rules), self._analyzer) if rules else self

    def find(self, spoken: Sequence[str]) -> list[FoundSynonyms]:
        """Find the words and phrases of a query that mean the same as others, the longest ones first.

        Args:
            spoken: The term of each word of the query, stop words among them.
        """
        found: list[FoundSynonyms] = []
        at = 0
        while at < len(spoken):
            length = self._length_at(spoken, at)
            if length:
                others = tuple(self._known[tuple(spoken[at : at + length])])
                found.append(FoundSynonyms(start=at, end=at + length, alternatives=others))
            at += length or 1
        return found

    def _length_at(self, spoken: Sequence[str], at: int) -> int:
        longest = min(self._longest, len(spoken) - at)
        return next((length for length in range(longest, 0, -1) if tuple(spoken[at : at + length]) in self._known), 0)

    def _add(self, asked: Sequence[_Phrase], also: Sequence[_Phrase], apart: set[frozenset[Terms]]) -> None:
        for phrase in asked:
            others = {
                other.wanted: None
                for other in also
                if other.wanted != phrase.wanted and frozenset((phrase.key, other.key)) not in apart
            }
            for key in phrase.spellings if others else ():
                self._known.setdefault(key, {}).update(others)


def _read(analyzer: Analyzer, phrase: str) -> _Phrase:
    spoken = analyzer.spoken(phrase)
    joined = tuple(word.term for word in spoken)
    pieces = tuple(analyzer.term(fold(part)) for word in words_of(phrase) for part in word.parts or (word.text,))
    wanted = tuple(dict.fromkeys(word.term for word in spoken if not word.stop))
    return _Phrase(spellings=tuple(dict.fromkeys((joined, pieces))), wanted=wanted or joined)


def _pairs(rule: SynonymRule) -> Iterator[tuple[str, str]]:
    return ((one, other) for one in rule.asked for other in rule.also)


def _phrases(text: str) -> tuple[str, ...]:
    phrases = tuple(dict.fromkeys(normalise(part).strip("\"'“”").lower() for part in text.split(",")))
    if len(phrases) > MAX_PHRASES:
        raise ValueError(f"One rule has {MAX_PHRASES} words or phrases at most; this one has {len(phrases)}.")
    for phrase in phrases:
        words = list(words_of(phrase))
        if not words:
            raise ValueError("There is nothing between two commas or beside an arrow. Take the sign out.")
        if len(words) > MAX_PHRASE_WORDS or len(phrase) > _MAX_CHARACTERS:
            raise ValueError(f"“{phrase[:40]}” is too long: a phrase has {MAX_PHRASE_WORDS} words at most.")
    return phrases
