"""Small invented help centres, and queries as nobody sane would type them; the same ones for the same dice."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

from search_index import IndexedArticle, Section

#: Longest query that is made, in characters; the engine reads fewer.
LONGEST_QUERY = 3_000

_THINGS = "router parcel invoice password charger delivery refund account camera battery sensor lamp warranty voucher"
_DEEDS = "reset return cancel change find pay open pair update replace print send close renew"
_STATES = "late broken offline lost empty locked wrong missing expired slow double cold open old"
_GLUE = "how do I the my when is not for with without after can it a to of and please why"

#: First and last code points of scripts, signs and what has no shape of its own.
_BLOCKS = (
    (0x20, 0x7E),
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0xA0, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x5FF),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0xE00, 0xE7F),
    (0x1100, 0x11FF),
    (0x2000, 0x206F),
    (0x2190, 0x23FF),
    (0x3040, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xD800, 0xDFFF),
    (0xE000, 0xE0FF),
    (0xFB00, 0xFDFF),
    (0xFE00, 0xFE0F),
    (0xFFF0, 0xFFFF),
    (0x1F300, 0x1FAFF),
    (0xE0000, 0xE007F),
    (0x0, 0x10FFFF),
)
#: What people paste, and what those type who want to break things.
_SNIPPETS = (
    "<script>alert('x')</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;&#0;&nbsp;",
    "' OR '1'='1' --",
    "'; DROP TABLE articles; --",
    "(a+)+$ [^]*?( \\d{1,9}(?<!x)",
    "%s %n %00 {{7*7}} ${jndi:ldap://x}",
    'title:* AND (NOT body:"x"~9^2 OR [a TO z])',
    "../../etc/passwd\\..\\",
    "E-101 0x80070057 OS-20264711 v1.2.3-rc4",
    "https://example.com/a?b=c&d=%F0%9F%98%80#top",
    "ada@example.com +49 30 123456 192.168.0.1",
    '“curly” «angled» „low“ \'single\' "" "unclosed',
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽",
    "e\u0301\u0323" * 20,
    "Z̵̛̖a̴l̷g̶o̸",
    "ﷺ ﬃ Ⅷ ㎏ ½ ẞ İ ı ſ",
    "\u202eright to left\u202c \u200b\u200d\ufeff",
)


def make_articles(dice: random.Random, number: int) -> Iterator[IndexedArticle]:
    """Make articles of one section each, every tenth for agents."""
    for each in range(number):
        thing, deed, state = (dice.choice(words.split()) for words in (_THINGS, _DEEDS, _STATES))
        yield IndexedArticle(
            id=f"article-{each}",
            title=f"{deed} a {state} {thing}".capitalize(),
            audience="agents" if each % 10 == 9 else "public",
            summary=_sentence(dice),
            tags=(thing, state),
            sections=(Section(anchor="how", heading=f"How to {deed} it", text=_sentences(dice)),),
        )


def make_queries(dice: random.Random, number: int) -> Iterator[str]:
    """Make queries of up to `LONGEST_QUERY` characters: questions, noise, and both mixed in every way."""
    for _ in range(number):
        pieces = dice.choice((1, 1, 1, 1, 1, 2, 2, 3, 6))
        yield dice.choice(("", " ", " ", "\n", '"')).join(_piece(dice) for _ in range(pieces))[:LONGEST_QUERY]


def _piece(dice: random.Random) -> str:
    make = dice.choice(
        (_sentence, _sentence, _mistyped, _noise, _noise, _one_block, _pasted, _quoted, _endless, _base64)
    )
    return make(dice)


def _sentence(dice: random.Random) -> str:
    pools = (_GLUE, _DEEDS, _GLUE, _STATES, _THINGS)
    return " ".join(dice.choice(pool.split()) for pool in pools[dice.randrange(3) :])


def _sentences(dice: random.Random) -> str:
    return "\n\n".join(f"{_sentence(dice).capitalize()} {_sentence(dice)}." for _ in range(dice.randint(1, 4)))


def _mistyped(dice: random.Random) -> str:
    letters = list(_sentence(dice))
    for _ in range(dice.randint(1, 4)):
        letters[dice.randrange(len(letters))] = chr(dice.choice((dice.randint(97, 122), dice.randint(0x300, 0x36F))))
    return "".join(letters)


def _noise(dice: random.Random) -> str:
    return "".join(_character(dice, dice.choice(_BLOCKS)) for _ in range(_length(dice)))


def _one_block(dice: random.Random) -> str:
    block = dice.choice(_BLOCKS)
    return "".join(" " if dice.random() < 0.15 else _character(dice, block) for _ in range(_length(dice)))


def _character(dice: random.Random, block: tuple[int, int]) -> str:
    return chr(dice.randint(*block))


def _length(dice: random.Random) -> int:
    return LONGEST_QUERY if dice.random() < 0.02 else dice.choice((1, 3, 8, 20, 40, 40, 80, 300))


def _pasted(dice: random.Random) -> str:
    return dice.choice(_SNIPPETS)


def _quoted(dice: random.Random) -> str:
    opening, closing = dice.choice(('""', "“”", "«»", "''", "„“", '"”'))
    return f"{opening}{_sentence(dice)}{closing}"


def _endless(dice: random.Random) -> str:
    unit = dice.choice(("x", "ab", "parcel", "return-", "退", "é", "🙂", "'", "a.b", "0", "A1-", " a"))
    return unit * (dice.choice((50, 50, 200, 500, LONGEST_QUERY)) // len(unit))


def _base64(dice: random.Random) -> str:
    return base64.b64encode(dice.randbytes(dice.choice((30, 30, 60, 200, 2_000)))).decode()
