from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.business_hours import parse_business_hours
from portal.domain.conversations import Channel, HandoffReason
from portal.domain.ratings import Score
from portal.domain.service_figures import (
    CAUSE_OF,
    BusinessTally,
    Cause,
    RatedCount,
    Span,
    backlog_of,
    cause_of,
    count_scores,
    figure_of,
    measure,
    share,
    times_table,
)
from tests.conversation_builders import NOW

HOURS = parse_business_hours("mon-fri 09:00-12:00, 13:00-18:00", holidays="2026-10-26", time_zone="Europe/Berlin")
#: Two hours later, when the midday break of these hours is over.
AFTER_NOON = NOW + timedelta(hours=2)
#: Over the end of summer time.
MOMENTS = st.integers(0, 16 * 24 * 60).map(
    lambda minutes: datetime(2026, 10, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)


def span(minutes: int, channel: Channel = Channel.MESSAGE, cause: Cause = Cause.NO_ARTICLE) -> Span:
    return Span(
        channel=channel, cause=cause, start=AFTER_NOON, end=AFTER_NOON + timedelta(minutes=minutes), agent_id=None
    )


@given(pairs=st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=8))
def test_a_tally_counts_what_business_hours_count(pairs: list[tuple[datetime, datetime]]) -> None:
    moments = [moment for pair in pairs for moment in pair]
    tally = BusinessTally(HOURS, min(moments), max(moments))
    for start, end in pairs:
        assert tally.minutes(start, end) == HOURS.business_minutes_between(start, end)


def test_a_tally_of_nothing() -> None:
    assert BusinessTally(HOURS, NOW, NOW).minutes(NOW, NOW) == 0


def test_every_reason_has_a_cause_and_an_agents_word_counts_more() -> None:
    assert set(CAUSE_OF) == set(HandoffReason)
    assert cause_of(HandoffReason.NO_ANSWER, is_account=True) is Cause.ACCOUNT
    assert cause_of(HandoffReason.VOTED_DOWN, is_account=False) is Cause.ARTICLE_FAILED


def test_below_five_there_is_an_n_and_no_number() -> None:
    few = figure_of("", [1, 2, 3, 4])
    assert (few.n, few.median, few.ninetieth) == (4, None, None)
    assert share(4, 4) is None
    assert share(0, 5) == 0.0


def test_median_and_ninetieth_are_values_that_occurred() -> None:
    figure = figure_of("", list(range(1, 11)))
    assert (figure.n, figure.median, figure.ninetieth) == (10, 5, 9)
    five = figure_of("", [50, 10, 40, 20, 30])
    assert (five.median, five.ninetieth) == (30, 50)


def test_times_by_channel_and_by_cause() -> None:
    spans = [span(10), span(20, Channel.CHAT), span(30, cause=Cause.ACCOUNT)] * 5
    table = times_table(measure(spans, BusinessTally(HOURS, AFTER_NOON, AFTER_NOON + timedelta(hours=1))))
    assert (table.total.n, table.total.median) == (15, 20)
    assert [(figure.key, figure.n, figure.median) for figure in table.by_channel] == [
        ("message", 10, 10),
        ("chat", 5, 20),
    ]
    assert [figure.key for figure in table.by_cause] == ["no_article", "account"]


def test_no_times_at_all() -> None:
    table = times_table([])
    assert (table.total.n, table.by_channel, table.by_cause) == (0, (), ())


def test_scores_add_up_over_channels_and_agents() -> None:
    rated = [
        RatedCount(channel=Channel.CHAT, agent_id=agent, score=score, count=number)
        for agent, score, number in ((1, Score.GOOD, 3), (2, Score.GOOD, 1), (2, Score.BAD, 1))
    ]
    figure = count_scores("", rated)
    assert (figure.n, figure.good_share) == (5, 0.8)
    assert count_scores("", ()).good_share is None


def test_a_backlog_is_what_was_sent_less_what_was_solved_by_local_midnight() -> None:
    days = [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)]
    late = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    sent = [datetime(2026, 11, 16, 10, tzinfo=UTC), late, late]
    solved = [datetime(2026, 11, 18, 10, tzinfo=UTC)]
    backlog = backlog_of(4, sent, solved, days=days, zone=HOURS.zone)
    assert [day.open for day in backlog] == [5, 7, 6]
    assert [day.day for day in backlog] == days
