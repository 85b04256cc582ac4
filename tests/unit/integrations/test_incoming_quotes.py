"""What mail programs put below an answer, as they write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.integrations.incoming_quotes import split_quoted

ANSWER = "It still blinks.\n\nWhat now?"

PROGRAMS = {
    "gmail": "On Tue, 17 Nov 2026 at 12:00, Ostrel Help <help@ostrel.example> wrote:\n\n> Hello Ada,\n>\n> Reset it.",
    "gmail, broken over two lines": (
        "On Tue, Nov 17, 2026 at 12:00 PM Help <help+222222-1-abcdefghijklmnop@ostrel.example>\nwrote:\n\n> Hello"
    ),
    "gmail in german": "Am Di., 17. Nov. 2026 um 12:00 Uhr schrieb Ostrel Help <help@ostrel.example>:\n\n> Hallo Ada",
    "gmail in french": "Le mar. 17 nov. 2026 à 12:00, Ostrel Help <help@ostrel.example> a écrit :\n\n> Bonjour Ada",
    "apple mail": "> On 17. Nov 2026, at 12:00, Ostrel Help <help@ostrel.example> wrote:\n> \n> Hello Ada",
    "apple mail in german": "> Am 17.11.2026 um 12:00 schrieb Ostrel Help <help@ostrel.example>:\n> \n> Hallo Ada",
    "thunderbird in german": "Ostrel Help schrieb am 17.11.2026 um 12:00:\n> Hallo Ada",
    "outlook": (
        "From: Ostrel Help <help@ostrel.example>\nSent: Tuesday, November 17, 2026 12:00 PM\nTo: Ada Berg\n"
        "Subject: An answer to your request R-222222\n\nHello Ada,\nPlease reset it."
    ),
    "outlook with a ruler": (
        "________________________________\nFrom: Ostrel Help <help@ostrel.example>\nSent: 17 November 2026 12:00\n"
        "To: Ada Berg\nSubject: An answer\n\nHello Ada"
    ),
    "outlook in german": (
        "Von: Ostrel Help <help@ostrel.example>\nGesendet: Dienstag, 17. November 2026 12:00\nAn: Ada Berg\n"
        "Betreff: Antwort\n\nHallo Ada"
    ),
    "outlook in french": (
        "De : Ostrel Help <help@ostrel.example>\nEnvoyé : mardi 17 novembre 2026 12:00\nÀ : Ada Berg\n"
        "Objet : Réponse\n\nBonjour Ada"
    ),
    "old outlook": "-----Original Message-----\nHello Ada",
    "old outlook in german": "-----Ursprüngliche Nachricht-----\nHallo Ada",
    "a telephone": "Sent from my iPhone",
    "a telephone in german": "Von meinem iPhone gesendet",
    "a telephone in french": "Envoyé de mon iPhone",
    "signature": "-- \nAda Berg\nBerlin",
    "signature and quote": "-- \nAda Berg\n\nOn Tue, 17 Nov 2026 at 12:00, Ben wrote:\n> Hello",
}


@pytest.mark.parametrize("below", PROGRAMS.values(), ids=PROGRAMS)
def test_what_stands_below_an_answer_is_folded(below: str) -> None:
    split = split_quoted(f"{ANSWER}\n\n{below}\n")
    assert split.written == ANSWER
    assert split.quoted.replace("\n", "") == below.strip().replace("\n", "")


def test_an_answer_below_the_quote_is_found() -> None:
    split = split_quoted(f"On Tue, 17 Nov 2026, Ben wrote:\n> Please reset it.\n> Then wait.\n\n{ANSWER}")
    assert split.written == ANSWER
    assert split.quoted.startswith("On Tue")


def test_answers_in_between_keep_the_questions() -> None:
    text = (
        "On Tue, Ben Okafor wrote:\n> Which hub?\nThe small one.\n> Since when?\nSince Monday.\n> Kind regards\n> Ben"
    )
    split = split_quoted(text)
    assert split.written.endswith("> Since when?\nSince Monday.")
    assert "> Which hub?" in split.written
    assert split.quoted == "> Kind regards\n> Ben"


@pytest.mark.parametrize(
    "text",
    [
        "From: the kitchen I hear it beep.\nTo: be sure I turned it off.",
        "On Monday it worked.\nThen my son wrote: it is broken.",
        "I wrote this -- really.\nThanks",
        "Am Montag ging es noch.",
        "> only a quote",
        "From: Ben <ben@x.example>\nSent: Tuesday\nTo: Ada\nSubject: For you\n\nPlease see this.",
        "---------- Forwarded message ---------\nFrom: <ben@x.example>\nDate: Tue\nSubject: x\nTo: y\n\nPlease help.",
        "-----Original Message-----\nPlease see this.",
        "--\nAda",
        "",
    ],
)
def test_where_it_is_not_certain_nothing_is_lost(text: str) -> None:
    split = split_quoted(text)
    assert f"{split.written}\n{split.quoted}".split() == text.split()
    assert split.written or not text


@given(st.lists(st.sampled_from(["> a", "b", "", "-- ", "On x, y z wrote:", "Von: a", "Gesendet: b", "An: c"])))
def test_every_line_is_in_one_of_the_two(lines: list[str]) -> None:
    split = split_quoted("\n".join(lines))
    words = sorted(f"{split.written} {split.quoted}".split())
    assert words == sorted(" ".join(lines).split())


@pytest.mark.parametrize("text", ["On " * 30_000, "On a b c d e\n" * 30_000, f"From: a\n{'_' * 40}\n" * 20_000])
def test_a_long_text_made_to_be_slow_comes_back(text: str) -> None:
    assert split_quoted(text).written
