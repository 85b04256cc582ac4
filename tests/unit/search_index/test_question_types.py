"""What questions ask for."""

from __future__ import annotations

import pytest

from search_index.question_types import QuestionType, classify_question, looks_like_answer


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how do I reset my hub", QuestionType.STEPS),
        ("How can I cancel?", QuestionType.STEPS),
        ("how long does delivery take", QuestionType.TIME),
        ("When will my refund arrive?", QuestionType.TIME),
        ("the app stops when I open it", QuestionType.ANY),
        ("how much is shipping", QuestionType.AMOUNT),
        ("delivery costs", QuestionType.AMOUNT),
        ("where is the serial number", QuestionType.PLACE),
        ("the page where my orders are", QuestionType.ANY),
        ("why does the ring blink", QuestionType.REASON),
        ("lost parcel", QuestionType.ANY),
        ("", QuestionType.ANY),
    ],
)
def test_questions(text: str, asked: QuestionType) -> None:
    assert classify_question(text) is asked


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Open your order and choose Return.", QuestionType.STEPS),
        ("It takes up to 8 working days.", QuestionType.TIME),
        ("We refund at once.", QuestionType.TIME),
        ("Shipping is 4.90 €.", QuestionType.AMOUNT),
        ("Returns are free.", QuestionType.AMOUNT),
        ("Find it under Account → Orders.", QuestionType.PLACE),
        ("It blinks because it has no internet.", QuestionType.REASON),
    ],
)
def test_answers(sentence: str, asked: QuestionType) -> None:
    assert looks_like_answer(sentence, asked)
    assert not looks_like_answer(sentence, QuestionType.ANY)


@pytest.mark.parametrize("asked", list(QuestionType))
def test_a_greeting_answers_nothing(asked: QuestionType) -> None:
    assert not looks_like_answer("Hello there.", asked)
