"""An outline in the customers' words, which cannot break out of their comment."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.domain.gap_outline import outline_of
from portal.domain.gaps import GapWording

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


def wording(sample: str) -> GapWording:
    return GapWording(text=sample, locale="en", sample=sample, searches=1, askers=1, handoffs=0, last_seen=NOW)


def test_it_quotes_the_wordings_above_problem_and_answer() -> None:
    text = outline_of("Pianos?", [wording("do you sell\npianos")])
    assert text.title == "Pianos?"
    assert "- do you sell pianos\n" in text.body
    assert text.body.index("do you sell") < text.body.index("## Problem") < text.body.index("## Answer")


def test_no_wording_ends_the_comment() -> None:
    body = outline_of("x", [wording("--> <script>alert(1)</script>")]).body
    assert body.count("-->") == 1
    assert "<script" not in body


def test_a_long_name_is_cut_between_words() -> None:
    title = outline_of("word " * 40, []).title
    assert len(title) <= 90
    assert title.endswith("word…")
