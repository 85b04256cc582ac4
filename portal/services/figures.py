"""Figures of a period: how fast people are answered, how they found it, and what helped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from portal.domain.business_hours import BusinessHours
from portal.domain.clock import Clock
from portal.domain.conversations import Channel
from portal.domain.ratings import Score
from portal.domain.service_figures import (
    MAX_ARTICLES,
    PERIODS_DAYS,
    AgentFigure,
    ArticleFigure,
    BusinessTally,
    Measured,
    RatedCount,
    ScoreFigure,
    ServiceFigures,
    Span,
    backlog_of,
    count_scores,
    figure_of,
    measure,
    times_table,
)
from portal.storage.database import Database, UnitOfWork


class FigureService:
    """Works out the figures, new at each asking."""

    def __init__(self, database: Database, clock: Clock, hours: BusinessHours) -> None:
        self._database = database
        self._clock = clock
        self._hours = hours

    def service(self, days: int) -> ServiceFigures:
        """Return the figures of a period that ends now.

        Args:
            days: One of `PERIODS_DAYS`, today included; anything else is the second of them.
        """
        days = days if days in PERIODS_DAYS else PERIODS_DAYS[1]
        since = self._begin(days)
        with self._database.read() as work:
            served = work.service_figures.read_served(since)
            tally = self._tally((*served.replied, *served.solved))
            answers, solutions = measure(served.replied, tally), measure(served.solved, tally)
            rated = work.service_figures.count_ratings(since)
            replies = work.service_figures.count_replies(since)
            open_before = work.service_figures.count_open(since)
            return ServiceFigures(
                days=days,
                sent=len(served.sent),
                waiting=work.service_figures.count_open(),
                first_reply=times_table(answers),
                solution=times_table(solutions),
                backlog=backlog_of(
                    open_before,
                    served.sent,
                    (span.end for span in served.solved),
                    days=[since.astimezone(self._hours.zone).date() + timedelta(days=day) for day in range(days)],
                    zone=self._hours.zone,
                ),
                scores=count_scores("", rated),
                scores_by_channel=_by_channel(rated),
                replies=sum(number for number, _ in replies.values()),
                linked=sum(number for _, number in replies.values()),
                articles=_articles(work, since),
                agents=_agents(work, replies, rated, answers, solutions),
            )

    def _begin(self, days: int) -> datetime:
        today = self._clock.now().astimezone(self._hours.zone).date()
        return datetime.combine(today - timedelta(days=days - 1), time(), self._hours.zone)

    def _tally(self, spans: Iterable[Span]) -> BusinessTally:
        now = self._clock.now()
        return BusinessTally(self._hours, min((span.start for span in spans), default=now), now)


def _by_channel(rated: tuple[RatedCount, ...]) -> tuple[ScoreFigure, ...]:
    figures = (count_scores(channel.value, (each for each in rated if each.channel is channel)) for channel in Channel)
    return tuple(figure for figure in figures if figure.n)


def _articles(work: UnitOfWork, since: datetime) -> tuple[ArticleFigure, ...]:
    links = work.service_figures.count_links(since, limit=MAX_ARTICLES)
    clicks = work.service_figures.count_clicks(since, links)
    scores = work.service_figures.count_scores_of_articles(since, links)
    wishes, titles = work.service_figures.count_wishes(since), work.service_figures.titles(links)
    return tuple(
        ArticleFigure(
            article_id=article_id,
            title=titles.get(article_id, (article_id, ""))[0],
            slug=titles.get(article_id, ("", ""))[1],
            links=number,
            clicks=clicks.get(article_id, 0),
            scores=ScoreFigure(key=article_id, counts={**dict.fromkeys(Score, 0), **scores.get(article_id, {})}),
            wished=wishes.get(article_id, 0),
        )
        for article_id, number in links.items()
    )


def _agents(
    work: UnitOfWork,
    replies: Mapping[int | None, tuple[int, int]],
    rated: tuple[RatedCount, ...],
    answers: tuple[Measured, ...],
    solutions: tuple[Measured, ...],
) -> tuple[AgentFigure, ...]:
    took: dict[int | None, list[int]] = defaultdict(list)
    for span, minutes in answers:
        took[span.agent_id].append(minutes)
    solved = Counter(span.agent_id for span, _ in solutions)
    ids = {*replies, *took, *solved, *(each.agent_id for each in rated)}
    names = work.service_figures.names([agent_id for agent_id in ids if agent_id is not None])
    figures = (
        AgentFigure(
            agent_id=agent_id,
            name=name,
            replies=replies.get(agent_id, (0, 0))[0],
            linked=replies.get(agent_id, (0, 0))[1],
            first_reply=figure_of(name, took[agent_id]),
            solved=solved[agent_id],
            scores=count_scores(name, (each for each in rated if each.agent_id == agent_id)),
        )
        for agent_id, name in names.items()
    )
    return tuple(sorted(figures, key=lambda figure: (figure.name.casefold(), figure.agent_id)))
