"""What is searched and asked: the shipped articles, as many invented ones as wanted, and queries.

Invented articles keep the shape of a shipped one (headings, lengths) and are put together from sentences of
all of them; a share of the words is replaced by made-up ones, so that the vocabulary grows with the number
of articles the way it does in a real help centre. All of it follows from a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.content.article_files import read_article
from portal.content.articles import ArticleRenderer
from portal.content.links import build_link_map
from search_index import IndexedArticle, Section

#: Stands in the title of every invented article and of no other.
INVENTED_MARK = " – "
#: Share of an invented article's longer words that are made up, and what counts as longer, in letters.
_REPLACED_SHARE = 0.5
_LONGER = 5
#: Made-up words that there are; the one of rank r comes about 1/r as often as the first, as real words do.
_MADE_UP_WORDS = 60_000
_MARKUP = re.compile(r"[\\#*_<>\[\]`|\"{}]")
_LETTERS = re.compile(r"[A-Za-z]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SYLLABLES = ("ba", "dor", "el", "fin", "gar", "hem", "il", "jo", "kest", "lum", "mir", "nov", "os", "pra", "ri", "sol")

#: Typed the way people type: short, long, chatty, misspelt, about nothing that is covered, and for a person.
_ASKED = (
    "I never got my parcel",
    "cannot log in",
    "where is my refund",
    "pasword reset",
    "how do I cancel plus",
    "E-101",
    "the hub blinks red and nothing works",
    "my delivery says delivered but it is not here",
    "change card",
    "wifi not connecting after new router",
    "do you sell pianos",
    "hello",
    "talk to a human",
    "i was charged twice this month and nobody answers my mails, what can i do to get my money back",
    "move to a new phone",
    "is there a discount for students",
    "two step code does not arrive",
    "batery empty after a week",
    "can my partner use the app too",
    "how long is the warranty",
    "delete everything you know about me",
    "i want to send back a gift",
    "the lamp flickers",
    "alexa does not find my plug",
    "invoice with vat number",
    "wrong address on my order",
    "what is the weather tomorrow",
    "qwertz asdf",
    "我的包裹在哪里",
    "update failed",
)


def load_articles(folder: Path, most: int | None = None) -> list[IndexedArticle]:
    """Read the Markdown articles of a folder as the site indexes them, in the order of their paths, perhaps not all."""
    paths = sorted(path for path in folder.rglob("*.md") if not path.name.startswith("_"))[:most]
    sources = [read_article(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
    links, renderer = build_link_map(sources), ArticleRenderer()
    return [
        IndexedArticle(
            id=source.id,
            title=source.title,
            summary=source.summary,
            tags=source.tags,
            audience=source.audience,
            locale=source.locale,
            sections=renderer.render(source, links).sections,
        )
        for source in sources
    ]


def make_articles(shipped: Sequence[IndexedArticle], count: int, seed: int = 7) -> list[IndexedArticle]:
    """Give the first `count` shipped articles; where there are fewer, all of them and invented ones."""
    if count <= len(shipped):
        return list(shipped[:count])
    chance = random.Random(seed)
    sentences = [sentence for article in shipped for section in article.sections for sentence in _sentences(section)]
    invented = (_invent(chance, number, shipped, sentences) for number in range(count - len(shipped)))
    return [*shipped, *invented]


def to_markdown(article: IndexedArticle) -> str:
    """Write an article as a file of the articles folder."""
    tags = ", ".join(article.tags)
    lines = [
        "---",
        f"id: {article.id}",
        f'title: "{article.title}"',
        f"tags: [{tags}]",
        f"audience: {article.audience}",
    ]
    lines += [f'summary: "{_plain(article.summary)}"', "---"]
    for section in article.sections:
        lines += ["", f"## {section.heading}"] if section.heading else []
        lines += ["", _plain(section.text)]
    return "\n".join(lines) + "\n"


def make_queries(articles: Sequence[IndexedArticle], count: int, seed: int = 7) -> list[str]:
    """Give different queries: the written ones first, then runs of two to nine words from the articles."""
    chance = random.Random(seed)
    texts = [section.text for article in articles for section in article.sections if len(section.text.split()) > 9]
    queries = dict.fromkeys(_ASKED[:count])
    while len(queries) < count:
        words = chance.choice(texts).split()
        start = chance.randrange(len(words) - 1)
        queries.setdefault(" ".join(words[start : start + chance.randint(2, 9)]))
    return list(queries)


def edit_one_sentence(article: IndexedArticle) -> IndexedArticle:
    """Give the article with one sentence added to its last section that has text."""
    sections = list(article.sections)
    place = max(number for number, section in enumerate(sections) if section.text)
    old = sections[place]
    sections[place] = Section(
        anchor=old.anchor, heading=old.heading, path=old.path, text=f"{old.text} This sentence is new."
    )
    return IndexedArticle(
        id=article.id,
        title=article.title,
        summary=article.summary,
        tags=article.tags,
        audience=article.audience,
        locale=article.locale,
        sections=tuple(sections),
    )


def _invent(
    chance: random.Random, number: int, shipped: Sequence[IndexedArticle], sentences: Sequence[str]
) -> IndexedArticle:
    shape = chance.choice(shipped)
    name = _made_up_word(chance)
    words: dict[str, str] = {}
    return IndexedArticle(
        id=f"invented-{number}",
        title=f"{shape.title}{INVENTED_MARK}{name.capitalize()} {number}",
        summary=_text(chance, shape.summary, sentences, words),
        tags=(*shape.tags[:2], name),
        sections=tuple(
            Section(
                anchor=section.anchor,
                heading=section.heading,
                path=section.path,
                text=_text(chance, section.text, sentences, words),
            )
            for section in shape.sections
        ),
    )


def _text(chance: random.Random, like: str, sentences: Sequence[str], words: dict[str, str]) -> str:
    """Put sentences together until they are as long as the text they replace.

    Args:
        chance: Where all choices come from.
        like: The text whose length is wanted.
        sentences: To choose from.
        words: What each longer word of this article became; grows.
    """
    found: list[str] = []
    while len(" ".join(found)) < len(like):
        sentence = chance.choice(sentences)
        found.append(_LETTERS.sub(lambda match: _other_word(chance, match[0], words), sentence))
    return " ".join(found)


def _other_word(chance: random.Random, word: str, words: dict[str, str]) -> str:
    if len(word) < _LONGER:
        return word
    if word not in words:
        words[word] = _made_up_word(chance) if chance.random() < _REPLACED_SHARE else word
    return words[word]


def _made_up_word(chance: random.Random) -> str:
    rank = int(_MADE_UP_WORDS ** chance.random())
    letters = random.Random(rank)
    return "".join(letters.choice(_SYLLABLES) for _ in range(letters.randint(2, 5)))


def _plain(text: str) -> str:
    """Leave out what would be markup."""
    return _MARKUP.sub("", text)


def _sentences(section: Section) -> Iterator[str]:
    for paragraph in section.text.split("\n"):
        yield from (sentence for sentence in _SENTENCE_END.split(paragraph) if len(sentence.split()) > 3)
