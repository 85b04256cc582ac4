"""Past questions from another help desk: a file of questions, and one of the articles that were linked.

history.jsonl   one JSON object a line: id, text, and where known date; or article in the place of the second file
qrels.tsv       question id, article id, and where given a grade, separated by tabs
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.domain.errors import SetupError
from portal.domain.past_questions import EvidenceSource, NewPastQuestion, clean_question


def read_past_questions(questions: Path, links: Path | None, now: datetime) -> Iterator[NewPastQuestion]:
    """Read past questions, redacted, one for each article that was linked; lines without text or article are left out.

    Args:
        links: The second file; None where each line of the first names its article.
        now: Taken for the date of questions without one, and of those from the future.

    Raises:
        SetupError: A file or a line cannot be read; names it.
    """
    linked = _read_links(links) if links is not None else {}
    for place, line in _lines(questions):
        content = _object(line, place)
        text = clean_question(str(content.get("text") or ""))
        at = min(_date(content.get("date"), place) or now, now)
        for article_id in linked.get(str(content.get("id", "")), ()) if links is not None else _named(content):
            if text:
                yield NewPastQuestion(text=text, article_id=article_id, source=EvidenceSource.IMPORTED, voter="", at=at)


def _read_links(path: Path) -> Mapping[str, list[str]]:
    linked: dict[str, list[str]] = {}
    for place, line in _lines(path):
        question_id, *rest = line.split("\t")
        if not rest or not rest[0].strip():
            raise SetupError(f"{place} names no article. Each line needs a question id, a tab and an article id.")
        if len(rest) == 1 or _grade(rest[1], place) > 0:
            linked.setdefault(question_id.strip(), []).append(rest[0].strip())
    return linked


def _grade(text: str, place: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise SetupError(f"{place} has {text.strip()[:40]!r} for a grade; it must be a number.") from error


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each line that is not blank, with the name of its place."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}, line {number}", line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"The file {path} cannot be read ({error}).") from error


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except ValueError as error:
        raise SetupError(f"{place} is not JSON ({error}).") from error
    if not isinstance(content, dict):
        raise SetupError(f"{place} is not a JSON object.")
    return content


def _named(content: Mapping[str, Any]) -> tuple[str, ...]:
    named = content.get("articles", content.get("article"))
    return tuple(str(each) for each in named) if isinstance(named, list) else (str(named),) if named else ()


def _date(value: object, place: str) -> datetime | None:
    if not value:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise SetupError(f"{place} has {str(value)[:40]!r} for a date; write it as 2026-11-30.") from error
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
