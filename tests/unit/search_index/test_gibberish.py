"""Keys struck at random."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_index import QueryKind
from search_index.gibberish import is_gibberish
from tests.unit.search_index.samples import article, ask, engine, index


@pytest.mark.parametrize(
    "text", ["asdfgh", "…", "?!", "qwertz 123", "asdf", "lkjh", "aaaaaa", "asdasd", "sdfjkl xcvbn", "bcdfgh"]
)
def test_keys_struck_at_random_are_known(text: str) -> None:
    assert is_gibberish(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456",
        "E-101",
        "ab12cd",
        "GX4500",
        "HTTPS",
        "property",
        "typewriter",
        "Wert",
        "prst skrz krk",
        "rhythms",
        "qwertz keyboard",
        "asdf 99881234",
        "包裹",
        "посылка",
        "Fairphone",
        "refund",
        "xbox",
    ],
)
def test_names_numbers_and_other_languages_are_not(text: str) -> None:
    assert not is_gibberish(text)


def test_a_search_calls_it_what_it_is_unless_an_article_knows_it(tmp_path: Path) -> None:
    asked = engine(index(tmp_path, [article("a", text="The ASDFGH connector fits.")]))
    assert ask(asked, "sdfghj").kind is QueryKind.GIBBERISH
    assert ask(asked, "asdfgh").kind is QueryKind.QUESTION
    assert ask(asked, "…").kind is QueryKind.GIBBERISH
