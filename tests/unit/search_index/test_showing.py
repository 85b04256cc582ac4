"""What is shown of the articles found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index import HashingEncoder, IndexedArticle, Indexer, Section
from search_index.generations import GenerationStore
from search_index.lines import LineKind
from search_index.question_types import QuestionType
from search_index.reader import GenerationReader, open_generation
from search_index.showing import AskedWords, quotable_row, quote_answer, snippet_of

STEPS = "\n".join(f"{number}. {'Wait for the lamp a little. ' * 12}" for number in range(1, 10))
LAMP = IndexedArticle(
    id="lamp",
    title="Lamp",
    summary="All about the lamp.",
    sections=(
        Section(anchor="", heading="", text="The lamp is small."),
        Section(anchor="bare", heading="Bare"),
        Section(anchor="price", heading="Price", text="The lamp costs €9."),
        Section(anchor="steps", heading="Steps", text=STEPS),
    ),
)
EMPTY = IndexedArticle(id="empty", title="Empty")
WORDS = AskedWords(weights={"lamp": 1.0})


@pytest.fixture
def reader(tmp_path: Path) -> GenerationReader:
    report = Indexer(tmp_path, HashingEncoder()).sync([LAMP, EMPTY])
    return open_generation(GenerationStore(tmp_path), report.generation)


def row_of(reader: GenerationReader, anchor: str) -> int:
    return next(int(row) for row in reader.rows_of("lamp") if reader.row(int(row)).anchor == anchor)


def scores(reader: GenerationReader, **by_anchor: float) -> np.ndarray:
    anchors = [reader.row(row).anchor or "start" for row in range(reader.size)]
    return np.array([by_anchor.get(anchor, 0.0) for anchor in anchors], dtype=np.float32)


def test_summaries_and_bare_headings_are_not_quoted(reader: GenerationReader) -> None:
    row = quotable_row(reader, row_of(reader, "bare"), scores(reader, start=0.9, bare=1.0, price=0.1), WORDS)
    assert row is not None
    assert reader.row(row).text == "The lamp is small."
    assert quotable_row(reader, int(reader.rows_of("empty")[0]), scores(reader), WORDS) is None


def test_what_was_asked_for_is_quoted_if_it_is_about_as_good(reader: GenerationReader) -> None:
    asked = AskedWords(weights={"lamp": 1.0}, asked=QuestionType.AMOUNT)
    start = row_of(reader, "") + 1
    near = quotable_row(reader, start, scores(reader, start=1.0, price=0.9), asked)
    far = quotable_row(reader, start, scores(reader, start=1.0, price=0.2), asked)
    assert (near, far) == (row_of(reader, "price"), start)


def test_a_list_cut_between_passages_is_quoted_from_its_first_step(reader: GenerationReader) -> None:
    rows = [int(row) for row in reader.rows_of("lamp") if reader.row(int(row)).anchor == "steps"]
    assert len(rows) > 1
    answer = quote_answer(reader, rows[-1], AskedWords(weights={"lamp": 1.0}, asked=QuestionType.STEPS))
    assert answer is not None
    assert (answer.article_id, answer.section_anchor, answer.section_heading) == ("lamp", "steps", "Steps")
    assert [(part.kind, part.number) for part in answer.parts] == [(LineKind.STEP, 1)]
    assert answer.cut


def test_nothing_to_quote(reader: GenerationReader) -> None:
    assert quote_answer(reader, row_of(reader, "bare"), WORDS) is None


def test_a_bare_heading_shows_the_first_words_of_its_article(reader: GenerationReader) -> None:
    shown = snippet_of(reader, row_of(reader, "bare"), WORDS)
    assert "".join(fragment.text for fragment in shown) == "All about the lamp."
