from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.health import Troubles
from portal.web.health_words import notice_words, search_words
from search_index import DegradedReason


@pytest.mark.parametrize(
    ("troubles", "words"),
    [
        (Troubles(), ""),
        (Troubles(mails_not_sent=1), "1 mail was not sent."),
        (Troubles(mails_not_sent=2, dead_jobs=3), "2 mails were not sent. 3 jobs were given up."),
        (Troubles(waiting_since_seconds=170), ""),
        (
            Troubles(waiting_since_seconds=200),
            "The worker is not running: mail and new articles wait. Start it with “portal worker”.",
        ),
        (
            Troubles(index_problem=DegradedReason.INDEX_MISSING, dead_jobs=1),
            "Search is down: there is no index yet. Run “portal index”. 1 job was given up.",
        ),
    ],
)
def test_troubles_are_said_in_sentences(app: Flask, troubles: Troubles, words: str) -> None:
    with app.test_request_context():
        assert notice_words(troubles) == words


@pytest.mark.parametrize("problem", DegradedReason)
def test_every_problem_has_a_way_out(app: Flask, problem: DegradedReason) -> None:
    with app.test_request_context():
        words = search_words(problem)
    assert "Run “portal" in words or "PORTAL_ENCODER_TIMEOUT_MS" in words
