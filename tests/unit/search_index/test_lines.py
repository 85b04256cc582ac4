"""What the lines of a passage are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.lines import Line, LineKind, mark_line, read_lines, without_marks

TEXT = "Do this:\n\n1. Open it.\n2.  Close   it.\n\n- Red · Wait\n- Off\n\n> Mind.\n\nRed · Wait"


def test_lines_with_their_kinds_and_blocks() -> None:
    assert read_lines(TEXT) == [
        Line(kind=LineKind.PROSE, text="Do this:", block=0),
        Line(kind=LineKind.STEP, text="Open it.", block=1, number=1),
        Line(kind=LineKind.STEP, text="Close it.", block=1, number=2),
        Line(kind=LineKind.ITEM, text="Red · Wait", block=2),
        Line(kind=LineKind.ITEM, text="Off", block=2),
        Line(kind=LineKind.NOTE, text="Mind.", block=3),
        Line(kind=LineKind.ROW, text="Red · Wait", block=4),
    ]
    assert read_lines(" \n ") == []


def test_marks_are_not_searched() -> None:
    assert without_marks(TEXT).split() == [word for word in TEXT.split() if word not in {"1.", "2.", "-", ">"}]
    assert without_marks("A 1. b - c > d") == "A 1. b - c > d"


@pytest.mark.parametrize("kind", list(LineKind))
@given(st.text(alphabet="ab ", min_size=1).filter(str.strip), st.integers(0, 2_000))
def test_a_marked_line_is_read_back(kind: LineKind, text: str, number: int) -> None:
    words = " ".join(text.split())
    line = read_lines(mark_line(words, kind, number))[0]
    assert line.text == words == without_marks(mark_line(words, kind, number))
    if kind is LineKind.STEP and number < 1_000:
        assert (line.kind, line.number) == (kind, number)
    elif kind in {LineKind.ITEM, LineKind.NOTE}:
        assert line.kind is kind
