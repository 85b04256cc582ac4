from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.conversations import (
    REFERENCE_ALPHABET,
    ConversationEvent,
    ConversationState,
    HandoffReason,
    choose_reason,
    choose_state,
    clean_name,
    clean_text,
    greeting_name,
    new_reference,
    normalise_reference,
)
from portal.domain.journeys import Journey, StepKind
from tests.conversation_builders import STEP

State, Event = ConversationState, ConversationEvent


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        (State.NEW, Event.CUSTOMER_WROTE, State.NEW),
        (State.OPEN, Event.CUSTOMER_WROTE, State.OPEN),
        (State.REOPENED, Event.CUSTOMER_WROTE, State.REOPENED),
        (State.WAITING_FOR_CUSTOMER, Event.CUSTOMER_WROTE, State.OPEN),
        (State.SOLVED, Event.CUSTOMER_WROTE, State.REOPENED),
        (State.NEW, Event.AGENT_ANSWERED, State.WAITING_FOR_CUSTOMER),
        (State.REOPENED, Event.AGENT_ANSWERED, State.WAITING_FOR_CUSTOMER),
        (State.OPEN, Event.MARKED_SOLVED, State.SOLVED),
        (State.SOLVED, Event.MARKED_SOLVED, State.SOLVED),
    ],
)
def test_each_event_leads_to_a_state(before: State, event: Event, after: State) -> None:
    assert choose_state(before, event) is after


def test_every_state_knows_every_event() -> None:
    for state in State:
        for event in Event:
            assert choose_state(state, event) in State


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        (StepKind.SEARCHED, "no_answer", HandoffReason.NO_ANSWER),
        (StepKind.SEARCHED, "unsure", HandoffReason.UNSURE),
        (StepKind.SEARCHED, "answered", HandoffReason.CHOSE_HUMAN),
        (StepKind.OPENED, "", HandoffReason.CHOSE_HUMAN),
        (StepKind.VOTED, "no", HandoffReason.VOTED_DOWN),
        (StepKind.VOTED, "yes", HandoffReason.CHOSE_HUMAN),
    ],
)
def test_who_presses_the_button_of_every_page_came_for_what_happened_last(
    kind: StepKind, detail: str, expected: HandoffReason
) -> None:
    journey = Journey(id="j", steps=(STEP, replace(STEP, kind=kind, detail=detail)))
    assert choose_reason(HandoffReason.CHOSE_HUMAN, journey) is expected
    assert choose_reason(HandoffReason.REPHRASED, journey) is HandoffReason.REPHRASED
    assert choose_reason(HandoffReason.CHOSE_HUMAN, Journey(id="j")) is HandoffReason.CHOSE_HUMAN


def test_a_reference_can_be_read_out() -> None:
    assert not set(REFERENCE_ALPHABET) & set("01OILSBZU58AE")
    reference = new_reference(random.Random(1).choice)
    assert normalise_reference(reference) == reference


@given(st.randoms(use_true_random=False))
def test_every_reference_is_found_again_however_it_is_typed(source: random.Random) -> None:
    reference = new_reference(source.choice)
    for typed in (
        reference.lower(),
        f" {reference} ",
        reference.replace("-", ""),
        reference[2:],
        f"{reference[:5]} {reference[5:]}",
    ):
        assert normalise_reference(typed) == reference


@pytest.mark.parametrize("text", ["", "R-", "R-12345", "R-7KQ2M", "R-7KQ2M4X", "../../x", "R-7KQ2MO", "Ⓡ-7KQ2M4"])
def test_what_is_no_reference_is_empty(text: str) -> None:
    assert normalise_reference(text) == ""


def test_text_is_kept_as_written_but_for_what_no_database_takes() -> None:
    assert clean_text("  Hello\r\n\r\nit is\x00 broken 😀 ") == "Hello\n\nit is broken 😀"
    assert clean_text("half a \ud83d smile") == "half a ? smile"
    assert clean_name(" Ada \n Berg\x00 ") == "Ada Berg"


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ada Berg", "Ada"),
        ("Jean-Luc", "Jean-Luc"),
        ("O’Neil", "O’Neil"),
        ("李 雷", "李"),
        ("Berg, Ada", ""),
        ("", ""),
        ("http://win.example now", ""),
        ("win.example", ""),
        ("a@b.example", ""),
        ("x" * 41, ""),
        ("Call +49123", "Call"),
        ("1000€", ""),
    ],
)
def test_a_greeting_never_carries_an_advertisement(name: str, greeting: str) -> None:
    assert greeting_name(name) == greeting
