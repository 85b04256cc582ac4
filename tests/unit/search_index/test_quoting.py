"""What is quoted of a section."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search_index.keyword.whoosh_index import english_analyzer
from search_index.lines import LineKind
from search_index.prose import read_sentences
from search_index.question_types import QuestionType
from search_index.quoting import MAX_QUOTED_WORDS, Quotation, quote
from search_index.records import Snippet

ENGLISH = english_analyzer()
STEPS = "Do this to send it back:\n\n1. Open the order.\n2. Choose it. Wait.\n3. Print the label."
NOTE = "> Mind the label.\n\n> It is thin."


def plain(line: Snippet) -> str:
    return "".join(fragment.text for fragment in line)


def shown(quotation: Quotation) -> list[tuple[LineKind, list[str]]]:
    return [(part.kind, [plain(line) for line in part.lines]) for part in quotation.parts]


def quoted(text: str, *terms: str, asked: QuestionType = QuestionType.ANY, within: str = "") -> Quotation:
    return quote(text, dict.fromkeys(terms, 1.0), ENGLISH, asked, within)


def test_steps_are_quoted_whole_with_their_introduction() -> None:
    quotation = quoted(f"{STEPS}\n\n{NOTE}\n\nAfterwards.", "label")
    assert shown(quotation) == [
        (LineKind.PROSE, ["Do this to send it back:"]),
        (LineKind.STEP, ["Open the order.", "Choose it. Wait.", "Print the label."]),
    ]
    assert not quotation.cut
    marked = [fragment.text for part in quotation.parts for line in part.lines for fragment in line if fragment.marked]
    assert marked == ["label"]


def test_how_leads_to_the_steps_below_a_sentence() -> None:
    text = "You can return the lamp within a month.\n\n1. Open the order.\n2. Go."
    assert LineKind.STEP in [kind for kind, _ in shown(quoted(text, "return", "lamp", asked=QuestionType.STEPS))]
    assert shown(quoted(text, "return", "lamp")) == [(LineKind.PROSE, ["You can return the lamp within a month."])]


def test_a_list_that_goes_on_counts_from_its_own_beginning() -> None:
    assert quoted("4. Open the order.\n5. Go.", "order").parts[0].number == 4


def test_long_lists_are_cut_after_a_whole_step() -> None:
    steps = "\n".join(f"{number}. {'Wait a little. ' * 8}" for number in range(1, 9))
    quotation = quoted(steps, "wait")
    assert quotation.cut
    assert len(quotation.parts[0].lines) == 3
    assert all(plain(line).endswith("little.") for line in quotation.parts[0].lines)


def test_a_row_names_its_columns() -> None:
    text = "The codes are these.\n\nCode · Meaning\nE-1 · No power\nE-2 · No signal here"
    assert shown(quoted(text, "signal")) == [
        (LineKind.PROSE, ["The codes are these."]),
        (LineKind.ROW, ["Code: E-2 · Meaning: No signal here"]),
    ]


def test_a_table_without_a_best_row_is_quoted_whole() -> None:
    text = "Service · Price\nStandard · 4 euros\nExpress · 9 euros"
    assert shown(quoted(text, "servic")) == [
        (LineKind.ROW, ["Service: Standard · Price: 4 euros", "Service: Express · Price: 9 euros"])
    ]


def test_a_repeated_question_is_not_quoted() -> None:
    assert shown(quoted("Is the box late? It comes on Monday.", "box"))[0][1] == ["It comes on Monday."]


def test_a_paragraph_begins_at_its_beginning_if_that_is_near() -> None:
    assert shown(quoted("The box is late. It comes on Monday.", "monday"))[0][1] == [
        "The box is late. It comes on Monday."
    ]
    far = "Nothing is said in this sentence here. " * 8
    assert shown(quoted(f"{far}It comes on Monday.", "monday"))[0][1] == ["It comes on Monday."]


def test_only_a_note_is_better_than_nothing() -> None:
    assert shown(quoted(NOTE, "label")) == [(LineKind.NOTE, ["Mind the label."])]
    assert quoted(" \n", "label").parts == ()


def test_the_passage_that_matched_is_preferred() -> None:
    text = "The label is here first.\n\nThe label is also there second."
    assert shown(quoted(text, "label", within="The label is also there second."))[0][1] == [
        "The label is also there second."
    ]


@given(
    st.text(alphabet=st.sampled_from("ab X.!?\n1字。>-·:"), max_size=400),
    st.sampled_from(list(QuestionType)),
)
def test_whole_lines_of_the_text_and_not_too_many(text: str, asked: QuestionType) -> None:
    quotation = quoted(text, "a", "ab", "x", asked=asked)
    lines = [plain(line) for part in quotation.parts for line in part.lines]
    assert all(lines)
    longest = max((len(line.split()) for line in lines), default=0)
    assert sum(len(line.split()) for line in lines) <= max(MAX_QUOTED_WORDS, 2 * longest)
    assert bool(quotation.parts) == bool(read_sentences(text))
