"""Failed searches are counted by people, and hidden until enough of them asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.domain.gap_asks import GapAsk, count_searches, figures_of, shown_asks, wordings_of
from portal.domain.searches import FailedKind

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


def ask(wording: str = "a", asker: str = "1", **changes: object) -> GapAsk:
    usual: dict[str, object] = {
        "locale": "en",
        "sample": wording,
        "at": NOW,
        "kinds": frozenset({FailedKind.NO_ANSWER}),
    }
    return GapAsk(wording=wording, asker=asker, **{**usual, **changes})  # type: ignore[arg-type]


def test_one_person_counts_once_however_often_they_ask() -> None:
    handed = frozenset({FailedKind.NO_ANSWER, FailedKind.HANDED_OFF})
    figures = figures_of([ask(), ask("b"), ask(asker="2", kinds=handed), ask("b", asker="2", kinds=handed)], NOW)
    assert (figures.searches, figures.askers, figures.handoffs) == (4, 2, 1)
    assert figures.kinds == {FailedKind.NO_ANSWER: 4, FailedKind.HANDED_OFF: 2}


def test_weeks_end_now() -> None:
    week = timedelta(weeks=1)
    figures = figures_of([ask(), ask(at=NOW - week), ask(at=NOW - 11 * week), ask(at=NOW - 12 * week)], NOW)
    assert figures.weeks == (1, *[0] * 9, 1, 1)
    assert figures_of([], NOW).last_seen is None


def test_a_note_counts_as_a_person_and_a_hand_off_and_not_as_a_search() -> None:
    figures = figures_of([ask(flagged=True, kinds=frozenset())], NOW)
    assert (figures.searches, figures.askers, figures.handoffs, figures.flags) == (0, 1, 1, 1)


def test_wordings_need_enough_people_or_a_note() -> None:
    asks = [ask("a", "1"), ask("a", "1"), ask("b", "1"), ask("b", "2"), ask("c", "1", flagged=True), ask("", "1")]
    assert {each.wording for each in shown_asks(asks, 2)} == {"b", "c"}
    assert {each.wording for each in shown_asks(asks, 1)} == {"a", "b", "c"}


def test_wordings_are_told_by_locale_and_counted_over_all() -> None:
    asks = [
        ask("a", "1", sample="A!"),
        ask("a", "2", sample="A?", at=NOW + timedelta(hours=1)),
        ask("a", "3", locale="de"),
    ]
    english, german = wordings_of(asks)
    assert (english.locale, english.sample, english.searches, english.askers) == ("en", "A?", 2, 2)
    assert (german.locale, german.searches) == ("de", 1)
    assert count_searches(asks) == {"a": 3}
