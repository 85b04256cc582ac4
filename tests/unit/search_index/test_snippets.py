"""Snippets: whole sentences, the right ones, marked."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from search_index.keyword.whoosh_index import english_analyzer
from search_index.question_types import QuestionType
from search_index.records import Fragment, Snippet
from search_index.snippets import MAX_SNIPPET_CHARACTERS, make_snippet, mark_words

ENGLISH = english_analyzer()
TEXT = st.text(alphabet=st.sampled_from("ab c.!\n字。"), max_size=900)


def plain(snippet: Snippet) -> str:
    return "".join(fragment.text for fragment in snippet)


def marked(snippet: Snippet) -> list[str]:
    return [fragment.text for fragment in snippet if fragment.marked]


def snippet(text: str, *terms: str) -> Snippet:
    return make_snippet(text, dict.fromkeys(terms, 1.0), ENGLISH)


@given(TEXT, st.frozensets(st.sampled_from(["a", "b", "ab", "字字"]), max_size=3))
def test_is_short_and_made_of_the_text(text: str, terms: frozenset[str]) -> None:
    made = make_snippet(text, dict.fromkeys(terms, 1.0), ENGLISH)
    shown = plain(made)
    assert len(shown) <= MAX_SNIPPET_CHARACTERS
    assert "".join(re.sub("[…;]", "", shown).split()) in "".join(text.split())
    assert bool(made) == bool(text.strip())
    assert all(fragment.text for fragment in made)


def test_the_sentence_with_the_words_is_chosen_and_marked() -> None:
    filler = "Nothing of note happens in this sentence at all, and it goes on for a good while longer. " * 4
    made = snippet(f"{filler}The packages arrive late. {filler}", "packag", "late")
    assert marked(made) == ["packages", "late"]
    assert "The packages arrive late." in plain(made)


def test_informative_words_weigh_more() -> None:
    text = "One two. " + "x" * 230 + ". Two three."
    weights = {"two": 1.0, "one": 0.5, "three": 9.0}
    made = make_snippet(text, weights, ENGLISH)
    assert marked(made) == ["Two", "three"]


def test_nothing_matching_shows_the_beginning() -> None:
    assert plain(snippet("First. Second.", "absent")) == "First. Second."
    assert snippet("", "absent") == ()
    assert snippet(" \n ", "absent") == ()


def test_a_sentence_too_long_is_cut_at_words_around_its_match() -> None:
    made = snippet("lorem ipsum " * 60 + "the parcel " + "dolor sit " * 60, "parcel")
    shown = plain(made)
    assert marked(made) == ["parcel"]
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert set(shown.strip("…").split()) <= {"lorem", "ipsum", "the", "parcel", "dolor", "sit"}


def test_lines_are_sentences() -> None:
    assert plain(snippet("- one\n- two\n\n- three")) == "one; two; three"
    assert plain(snippet("Red · Wait\nOff · Press it.\nDone")) == "Red · Wait; Off · Press it. Done"


def test_steps_begin_with_the_first_and_keep_their_numbers() -> None:
    steps = "Do this:\n\n1. Open the order.\n2. Choose it. Wait.\n3. Print the label"
    assert plain(snippet(f"{'Before. ' * 40}\n\n{steps}", "label")).endswith(
        "1. Open the order. 2. Choose it. Wait. 3. Print the label"
    )
    far = "\n".join(f"{number}. {'Wait a while. ' * 5}" for number in range(1, 7))
    assert plain(snippet(f"{far}\n7. Print the label.", "label")).endswith("7. Print the label.")


def test_what_was_asked_for_wins_over_a_repeated_question() -> None:
    filler = "This sentence is here to keep the others apart, and it says nothing of any use to anybody. " * 3
    text = f"When does the refund arrive? {filler}It is with you after 5 working days. {filler}"
    weights = {"refund": 1.0, "arriv": 1.0}
    assert "5 working days" in plain(make_snippet(text, weights, ENGLISH, QuestionType.TIME))
    assert "5 working days" not in plain(make_snippet(text, weights, ENGLISH, QuestionType.REASON))


def test_a_caption_gives_way_to_a_sentence() -> None:
    text = f"Refund and more\n\n{'Nothing to see. ' * 20}\n\nYour refund is on its way to you."
    assert "on its way" in plain(snippet(text, "refund"))


def test_overlapping_pairs_of_characters_are_marked_as_one() -> None:
    assert marked(snippet("查看我的包裹吧", "包裹", "的包")) == ["的包裹"]


def test_markup_is_left_as_text() -> None:
    assert plain(snippet("Type <script>alert(1)</script> now.", "alert")) == "Type <script>alert(1)</script> now."


def test_mark_words() -> None:
    assert mark_words("A late parcel", frozenset({"late"}), ENGLISH) == (
        Fragment("A "),
        Fragment("late", marked=True),
        Fragment(" parcel"),
    )
    assert mark_words("", frozenset(), ENGLISH) == ()
