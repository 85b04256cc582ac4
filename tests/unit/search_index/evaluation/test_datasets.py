"""Files of a set are found, read, and blamed by line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_index import BadEvaluationSet
from search_index.evaluation.datasets import (
    choose_files,
    is_judged,
    read_judgements,
    read_questions,
    read_written_articles,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("articles.jsonl", "queries_dev.jsonl", "qrels_dev.tsv"):
        (tmp_path / name).write_text("", encoding="utf-8")
    return tmp_path


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_only_files_of_their_kind_are_taken(folder: Path) -> None:
    files = choose_files(folder)
    assert (files.queries.name, files.qrels.name) == ("queries_dev.jsonl", "qrels_dev.tsv")
    assert files.history is None


def test_the_plain_name_wins(folder: Path) -> None:
    plain = written(folder / "queries.jsonl", "")
    assert choose_files(folder).queries == plain


def test_of_several_one_must_be_named(folder: Path) -> None:
    written(folder / "qrels_test.tsv", "")
    with pytest.raises(BadEvaluationSet, match=r"--qrels: qrels_dev\.tsv, qrels_test\.tsv"):
        choose_files(folder)
    assert choose_files(folder, qrels=Path("qrels_test.tsv")).qrels == folder / "qrels_test.tsv"


def test_a_file_is_looked_for_as_given_and_then_in_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    elsewhere = written(tmp_path / "else" / "mine.tsv", "")
    assert choose_files(folder, qrels=elsewhere).qrels == elsewhere
    with pytest.raises(BadEvaluationSet, match=r"no\.tsv"):
        choose_files(folder, qrels=Path("no.tsv"))


def test_what_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadEvaluationSet, match="not a folder"):
        choose_files(tmp_path / "nowhere")
    with pytest.raises(BadEvaluationSet, match="--history-qrels"):
        choose_files(folder, history=Path("queries_dev.jsonl"))
    (folder / "qrels_dev.tsv").unlink()
    with pytest.raises(BadEvaluationSet, match=r"no qrels\*\.tsv"):
        choose_files(folder)
    (folder / "articles.jsonl").unlink()
    with pytest.raises(BadEvaluationSet, match=r"articles\.jsonl"):
        choose_files(folder)


def test_articles_may_have_summaries_tags_and_odd_line_separators(tmp_path: Path) -> None:
    line = '{"id": "a", "title": "A", "text": "one\u2028two", "summary": null, "tags": ["x", "y"], "more": 1}\n\n'
    (article,) = read_written_articles(written(tmp_path / "a.jsonl", line))
    assert (article.text, article.summary, article.tags) == ("one\u2028two", "", ("x", "y"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1 is not JSON"),
        ("[]", "line 1 is not a JSON object"),
        ('\n{"id": "a", "title": "A"}', "line 2 has no text “text”"),
        ('{"id": "", "title": "A", "text": ""}', "has no text “id”"),
        ('{"id": "a", "title": "A", "text": "", "tags": "x"}', "“tags” is not a list"),
        ('{"id": "a", "title": "A", "text": ""}\n' * 2, "two lines with the id “a”"),
    ],
)
def test_bad_articles_are_named_by_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadEvaluationSet, match=words):
        read_written_articles(written(tmp_path / "a.jsonl", text))


def test_questions_have_dates_and_may_leave_open_whether_they_are_answerable(tmp_path: Path) -> None:
    lines = (
        '{"id": "1", "text": "how", "answerable": false, "date": "2024-03-01"}\n'
        '{"id": "2", "text": "why", "date": "2024-03-01T10:00:00+02:00"}\n'
        '{"id": "3", "text": "who"}\n'
    )
    first, second, third = read_questions(written(tmp_path / "q.jsonl", lines), {"2": {"a": 1}, "3": {"a": 0}})
    assert [each.answerable for each in (first, second, third)] == [False, True, False]
    assert first.asked_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert second.asked_at == datetime(2024, 3, 1, 8, tzinfo=UTC)
    assert third.asked_at is None


def test_a_bad_date_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadEvaluationSet, match="line 1: “soon” is not a date"):
        read_questions(written(tmp_path / "q.jsonl", '{"id": "1", "text": "", "date": "soon"}'), {})


def test_judgements_keep_the_higher_grade_and_pass_over_names_of_columns(tmp_path: Path) -> None:
    judgements = read_judgements(written(tmp_path / "q.tsv", "query\tarticle\tgrade\n1\ta\t1\n1\ta\t2\n\n1\tb\t0\r\n"))
    assert judgements == {"1": {"a": 2, "b": 0}}
    assert is_judged(judgements, "1")
    assert not is_judged(judgements, "2")


@pytest.mark.parametrize("line", ["1\ta", "1 a 1", "1\ta\tgood"])
def test_bad_judgements_are_named_by_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadEvaluationSet, match=r"line 2.*three columns"):
        read_judgements(written(tmp_path / "q.tsv", f"0\ta\t1\n{line}\n"))


def test_files_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadEvaluationSet, match="cannot be read"):
        read_judgements(tmp_path / "q.tsv")
