"""Questions, blanks and wishes for a person."""

from __future__ import annotations

import pytest

from search_index import QueryKind, classify_query, normalise


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "\u200b"])
def test_blank(typed: str) -> None:
    assert classify_query(normalise(typed)) is QueryKind.BLANK


@pytest.mark.parametrize(
    "typed",
    [
        "talk to a human",
        "Talk to a human now!!",
        "agent",
        "real person",
        "I need a REAL person please",
        "speak to someone",
        "speak to someone about my bill",
        "is there someone I can talk to?",
        "customer service",
        "customer service number",
        "live chat",
        "contact support",
        "contact us",
        "how can I contact you",
        "how do i get in touch with support",
        "can I speak to a representative",
        "i dont want a bot i want a human",
        "call me",
        "connect me to an agent",
        "I want to talk to a human about my refund",
        "let me talk to a person",
    ],
)
def test_asks_for_a_human(typed: str) -> None:
    assert classify_query(normalise(typed)) is QueryKind.ASKS_FOR_HUMAN


@pytest.mark.parametrize(
    "typed",
    [
        "how do I add a person to my household",
        "I never got my parcel",
        "support",
        "person",
        "someone used my account",
        "user agent",
        "password manager",
        "how do I call the API",
        "contact details change",
        "what can support see",
        "talk to my smart speaker",
        "human readable date",
        "chat notifications do not work",
        "?!",
        "我的包裹在哪里",
    ],
)
def test_is_a_question_like_any_other(typed: str) -> None:
    assert classify_query(normalise(typed)) is QueryKind.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "Hello there!",
        "thanks",
        "Good morning",
        "thank you so much for your help",
        "hey, how are you?",
        "ok thanks",
    ],
)
def test_greetings_are_recognised(text: str) -> None:
    assert classify_query(text) is QueryKind.GREETING


@pytest.mark.parametrize(
    "text",
    [
        "hello kitty lamp",
        "thank you card",
        "good morning routine",
        "welcome mail",
        "hi where is my refund",
        "how are you different",
    ],
)
def test_a_question_that_greets_is_a_question(text: str) -> None:
    assert classify_query(text) is QueryKind.QUESTION


def test_a_wish_for_a_person_that_greets_is_a_wish() -> None:
    assert classify_query("hello, human please") is QueryKind.ASKS_FOR_HUMAN
