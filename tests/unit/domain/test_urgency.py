from __future__ import annotations

import pytest

from portal.domain.errors import SetupError
from portal.domain.urgency import parse_urgent_patterns
from portal.settings import Settings

SHIPPED = parse_urgent_patterns(Settings.model_fields["urgent_patterns"].default)


@pytest.mark.parametrize(
    "text",
    [
        "My card was STOLEN!",
        "this is fraud",
        "Fraudulent charge on my account",
        "There is smoke coming from the plug",
        "it caught  fire",
        "please cancel my order today",
        "cancellation of the order, today please",
        "Somebody hacked my account",
    ],
)
def test_what_must_not_wait_is_seen(text: str) -> None:
    assert SHIPPED.fit([text])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "my hub is offline",
        "today I would like to cancel",
        "How do I cancel? I do not mind when. Perhaps next week, or the one after that, but not today",
        "the firewall blocks it",
        "stolenness",
        "x" * 50_000,
    ],
)
def test_ordinary_words_can_wait(text: str) -> None:
    assert not SHIPPED.fit([text])


def test_one_urgent_text_among_many_is_enough() -> None:
    assert SHIPPED.fit(["hello", "stolen"])
    assert not SHIPPED.fit([])


def test_letters_of_any_language_and_case_are_folded() -> None:
    patterns = parse_urgent_patterns("Straße, украден*")
    assert patterns.fit(["STRASSE"])
    assert patterns.fit(["УКРАДЕНА"])


@pytest.mark.parametrize("text", ["", " , ,"])
def test_nothing_set_makes_nothing_urgent(text: str) -> None:
    assert not parse_urgent_patterns(text).fit(["stolen"])


@pytest.mark.parametrize("bad", ["*", "stolen, (", "a|b", "fire.*", "*fire"])
def test_a_bad_pattern_is_named(bad: str) -> None:
    with pytest.raises(SetupError, match="PORTAL_URGENT_PATTERNS"):
        parse_urgent_patterns(bad)


def test_long_texts_take_no_time() -> None:
    assert not SHIPPED.fit(["cancel " * 3_000 + " " * 5_000])
