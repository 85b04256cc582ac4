"""What counts as failed at once."""

from __future__ import annotations

import pytest

from portal.domain.failed_searches import failed_at_once
from search_index import DegradedReason, QueryKind, Verdict


@pytest.mark.parametrize(
    ("kind", "verdict", "degraded", "failed"),
    [
        (QueryKind.QUESTION, Verdict.NO_ANSWER, None, True),
        (QueryKind.QUESTION, Verdict.UNSURE, None, False),
        (QueryKind.QUESTION, Verdict.NO_ANSWER, DegradedReason.ENCODER_SLOW, False),
        (QueryKind.ASKS_FOR_HUMAN, Verdict.NO_ANSWER, None, False),
        (QueryKind.BLANK, Verdict.NO_ANSWER, None, False),
    ],
)
def test_only_questions_without_an_answer_from_the_full_engine(
    kind: QueryKind, verdict: Verdict, degraded: DegradedReason | None, failed: bool
) -> None:
    assert failed_at_once(kind, verdict, degraded) is failed
