"""Past questions of another help desk are read, redacted, and every mistake is named with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.domain.errors import SetupError
from portal.domain.past_questions import EvidenceSource
from portal.integrations.past_question_files import read_past_questions

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


def read(tmp_path: Path, questions: str, links: str | None = None) -> list[tuple[str, str, datetime]]:
    file = tmp_path / "history.jsonl"
    file.write_text(questions, encoding="utf-8")
    other = tmp_path / "links.tsv" if links is not None else None
    if other is not None and links is not None:
        other.write_text(links, encoding="utf-8")
    found = list(read_past_questions(file, other, NOW))
    assert {(each.source, each.voter) for each in found} <= {(EvidenceSource.IMPORTED, "")}
    return [(each.text, each.article_id, each.at) for each in found]


def test_questions_meet_their_articles(tmp_path: Path) -> None:
    questions = '\ufeff{"id": "1", "text": "Mail ada@example.com", "date": "2025-05-01"}\n\n{"id": 2, "text": "two"}\n'
    links = "1\thub\t1\n1\tplug\n2\thub\t0\n3\thub\t1\n"
    first = datetime(2025, 5, 1, tzinfo=UTC)
    assert read(tmp_path, questions, links) == [("Mail [email]", "hub", first), ("Mail [email]", "plug", first)]


def test_articles_may_stand_in_the_questions(tmp_path: Path) -> None:
    questions = '{"text": "one", "article": "hub"}\n{"text": "two", "articles": ["hub", "plug"]}\n{"text": "none"}\n'
    assert [each[:2] for each in read(tmp_path, questions)] == [("one", "hub"), ("two", "hub"), ("two", "plug")]


def test_what_has_no_words_is_left_out_and_the_future_is_now(tmp_path: Path) -> None:
    questions = (
        '{"text": " ", "article": "hub"}\n{"text": "x", "article": "hub", "date": "2199-01-01T00:00:00+02:00"}\n'
    )
    assert read(tmp_path, questions) == [("x", "hub", NOW)]


@pytest.mark.parametrize(
    ("questions", "links", "named"),
    [
        ("no json", None, "line 1 is not JSON"),
        ("[1]", None, "line 1 is not a JSON object"),
        ('{"text": "x", "article": "a", "date": "yesterday"}', None, "'yesterday'"),
        ("{}", "1\n", "links.tsv, line 1 names no article"),
        ("{}", "1\ta\thigh\n", "'high' for a grade"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, questions: str, links: str | None, named: str) -> None:
    with pytest.raises(SetupError, match=named):
        read(tmp_path, questions, links)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00bad")
    for name in ("x", "missing"):
        with pytest.raises(SetupError, match=name):
            list(read_past_questions(tmp_path / name, None, NOW))
