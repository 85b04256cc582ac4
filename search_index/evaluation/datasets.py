"""Sets to measure with: articles, questions and judgements in plain files.

    articles.jsonl    one object a line: id, title, text; perhaps summary, tags
    queries*.jsonl    one object a line: id, text; perhaps answerable, date
    qrels*.tsv        question id, article id, grade; tabs between them, a grade above 0 is relevant

The library knows no Markdown, so an article's text comes out as it was written; whoever calls makes
`IndexedArticle`s of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from search_index.errors import BadEvaluationSet
from search_index.records import IndexedArticle

ARTICLES_FILE = "articles.jsonl"

#: Grades by article id, by question id.
Judgements = Mapping[str, Mapping[str, int]]

_QRELS_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenArticle:
    """An article as its file has it; `text` is Markdown or plain."""

    id: str
    title: str
    text: str
    summary: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a set.

    Attributes:
        answerable: Whether an article of the set answers it.
        asked_at: When it was asked, aware; None when the set does not say.
    """

    id: str
    text: str
    answerable: bool = True
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """All that is needed to measure the engine on one help centre.

    Attributes:
        judgements: May lack questions; those without a relevant article do not count for ranking.
        history: Past questions that are learned from first, judged by `history_judgements`.
    """

    name: str
    articles: tuple[IndexedArticle, ...]
    questions: tuple[Question, ...]
    judgements: Judgements
    history: tuple[Question, ...] = ()
    history_judgements: Judgements = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFiles:
    """Where a set lies; both files of a history are given or none."""

    articles: Path
    queries: Path
    qrels: Path
    history: Path | None = None
    history_qrels: Path | None = None


def choose_files(
    folder: Path,
    *,
    queries: Path | None = None,
    qrels: Path | None = None,
    history: Path | None = None,
    history_qrels: Path | None = None,
) -> EvaluationFiles:
    """Find the files of a set: the ones named, else the usual ones, else the only ones of their kind.

    Args:
        folder: What files are looked up in that are not found as given.

    Raises:
        BadEvaluationSet: A file is missing, or there are several to choose from; names them.
    """
    if not folder.is_dir():
        raise BadEvaluationSet(f"{folder} is not a folder; name one that holds {ARTICLES_FILE}.")
    if (history is None) != (history_qrels is None):
        raise BadEvaluationSet("A history needs both its questions and their articles: --history and --history-qrels.")
    return EvaluationFiles(
        articles=_named(folder, Path(ARTICLES_FILE)),
        queries=_named(folder, queries) if queries else _usual(folder, "queries", "jsonl"),
        qrels=_named(folder, qrels) if qrels else _usual(folder, "qrels", "tsv"),
        history=_named(folder, history) if history else None,
        history_qrels=_named(folder, history_qrels) if history_qrels else None,
    )


def _named(folder: Path, path: Path) -> Path:
    found = next((each for each in (path, folder / path) if each.is_file()), None)
    if found is None:
        raise BadEvaluationSet(f"There is no file {folder / path}.")
    return found


def _usual(folder: Path, stem: str, suffix: str) -> Path:
    """Take the file with the plain name, or the only one whose name begins so."""
    plain = folder / f"{stem}.{suffix}"
    if plain.is_file():
        return plain
    found = sorted(folder.glob(f"{stem}*.{suffix}"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadEvaluationSet(f"{folder} holds no {stem}*.{suffix}; name a file with --{stem}.")
    raise BadEvaluationSet(f"Choose one with --{stem}: {', '.join(path.name for path in found)}.")


def read_written_articles(path: Path) -> tuple[WrittenArticle, ...]:
    """Read the articles of a set.

    Raises:
        BadEvaluationSet: A line cannot be read, or two articles share an id.
    """
    articles = tuple(
        WrittenArticle(
            id=_text(record, "id", where),
            title=_text(record, "title", where),
            text=_text(record, "text", where),
            summary=str(record.get("summary") or ""),
            tags=_words(record.get("tags"), where),
        )
        for where, record in _records(path)
    )
    _refuse_twins(path, (article.id for article in articles))
    return articles


def read_questions(path: Path, judgements: Judgements) -> tuple[Question, ...]:
    """Read the questions of a set; one that does not say whether it is answerable is so if it has an article.

    Raises:
        BadEvaluationSet: A line cannot be read, or two questions share an id.
    """
    questions = tuple(
        Question(
            id=_text(record, "id", where),
            text=_text(record, "text", where),
            answerable=bool(record.get("answerable", is_judged(judgements, str(record["id"])))),
            asked_at=_moment(record.get("date"), where),
        )
        for where, record in _records(path)
    )
    _refuse_twins(path, (question.id for question in questions))
    return questions


def read_judgements(path: Path) -> Judgements:
    """Read which articles are right for which question, and how right: of two grades for the same the higher one.

    A first line that names columns is passed over.

    Raises:
        BadEvaluationSet: A line has no three columns, or a grade that is no whole number.
    """
    judgements: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), start=1):
        columns = line.rstrip("\n").split("\t")
        if not line.strip() or (number == 1 and not columns[-1].strip().lstrip("-").isdigit()):
            continue
        try:
            question, article, grade = columns[0].strip(), columns[1].strip(), int(columns[_QRELS_COLUMNS - 1])
        except (IndexError, ValueError) as error:
            wanted = "three columns with tabs between them: question, article, grade"
            raise BadEvaluationSet(f"{path}, line {number}: “{line.strip()[:80]}” is not {wanted}.") from error
        grades = judgements.setdefault(question, {})
        grades[article] = max(grade, grades.get(article, grade))
    return judgements


def is_judged(judgements: Judgements, question_id: str) -> bool:
    """Tell whether some article is relevant for a question."""
    return any(grade > 0 for grade in judgements.get(question_id, {}).values())


def _records(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each object of a file with the name of its line."""
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except ValueError as error:
            raise BadEvaluationSet(f"{where} is not JSON ({error}).") from error
        if not isinstance(record, dict):
            raise BadEvaluationSet(f"{where} is not a JSON object.")
        yield where, record


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines: texts hold line separators of their own that end no line of the file.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadEvaluationSet(f"{path} cannot be read ({error}).") from error


def _text(record: Mapping[str, object], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or (key == "id" and not value):
        raise BadEvaluationSet(f"{where} has no text “{key}”.")
    return value


def _words(value: object, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadEvaluationSet(f"{where}: “tags” is not a list.")
    return tuple(str(each) for each in value)


def _moment(value: object, where: str) -> datetime | None:
    """Read a date or a time; what names no zone is in UTC, and a date is its first moment."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadEvaluationSet(f"{where}: “{value}” is not a date such as 2025-03-31.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refuse_twins(path: Path, ids: Iterator[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise BadEvaluationSet(f"{path} has two lines with the id “{each}”.")
        seen.add(each)
