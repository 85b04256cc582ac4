"""Learning from every reply: past questions on their way into the index, and out of it again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from portal.domain.clock import Clock
from portal.domain.errors import NotFound
from portal.domain.paging import batches, choose_page
from portal.domain.past_questions import LearnedQuestion, NewPastQuestion, Voters, WithdrawnReason
from portal.domain.users import normalise_email
from portal.storage.database import Database
from search_index import (
    HistoryStore,
    IndexCorrupt,
    IndexMissing,
    ModelError,
    PastQuestion,
    Progress,
    QueryEncoder,
    no_progress,
)

logger = logging.getLogger(__name__)

#: Imported questions stored in one transaction, so that a long file keeps nobody waiting.
IMPORTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPage:
    """One page of what search learned.

    Attributes:
        number: Of this page, from 1.
        last: Number of the last page, at least 1.
        total: Past questions on all pages, withdrawn ones too.
        in_use: Those that search counts.
    """

    questions: tuple[LearnedQuestion, ...]
    number: int
    last: int
    total: int
    in_use: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What became of a file of past questions.

    Attributes:
        unknown: Articles it names that are not published here, each once, at most a few.
        left_out: Past questions that lead to such articles.
    """

    imported: int
    left_out: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Where search keeps what it learned.

    Attributes:
        store: The history of the index.
        load_encoder: Loads the encoder of the live index's model.
        keep: How long past questions are kept.
        keep_journeys: How long it is known on which journey one was asked.
    """

    store: HistoryStore
    load_encoder: Callable[[], QueryEncoder]
    keep: timedelta
    keep_journeys: timedelta


class LearningService:
    """Keeps the index's history in step with the past questions of the database, and shows them to staff."""

    def __init__(
        self, database: Database, clock: Clock, memory: Memory, voters: Voters, *, questions_per_page: int = 50
    ) -> None:
        self._database = database
        self._clock = clock
        self._memory = memory
        self._voters = voters
        self._questions_per_page = questions_per_page

    def refresh(self, progress: Progress = no_progress) -> int | None:
        """Write the history of the index anew; only questions it does not know are embedded.

        Args:
            progress: Called with the stage "embed".

        Returns:
            How many past questions search counts now; None when there is no index with an embedding model yet.

        Raises:
            ModelError, IndexCorrupt: The encoder cannot be loaded although there was one; the old history stays.
            IndexNotWritable: The old history stays.
        """
        with self._database.read() as work:
            in_use = work.past_questions.count_in_use()
        if not in_use:
            self._memory.store.clear()
            return 0
        try:
            encoder = self._memory.load_encoder()
        except (ModelError, IndexMissing, IndexCorrupt) as error:
            if self._memory.store.fits_live_index():
                raise
            logger.info("Past questions wait for an index with an embedding model: %s", error)
            return None
        return self._memory.store.write(self._in_use(), encoder, progress)

    def catch_up(self) -> None:
        """Order the history to be written where the live index has none, such as after a change of the model."""
        if self._memory.store.fits_live_index():
            return
        with self._database.read() as work:
            in_use = work.past_questions.count_in_use()
        if in_use:
            with self._database.work() as work:
                work.past_questions.order_history(self._clock.now())

    def forget(self) -> int:
        """Delete past questions whose time is over, and order the history to be written anew; returns how many."""
        now = self._clock.now()
        forgotten = 0
        while True:
            with self._database.work() as work:
                gone = work.past_questions.forget(now - self._memory.keep)
            forgotten += gone
            if not gone:
                break
        with self._database.work() as work:
            work.past_questions.forget_journeys(now - self._memory.keep_journeys)
            if work.past_questions.count() or forgotten:
                work.past_questions.order_history(now)
        return forgotten

    def list_page(self, number: int = 1) -> LearnedPage:
        """Return one page of past questions, the newest first; a number beyond the last gives the last."""
        with self._database.read() as work:
            total = work.past_questions.count()
            span = choose_page(number, total, self._questions_per_page)
            questions = work.past_questions.list_newest(limit=self._questions_per_page, offset=span.offset)
            in_use = work.past_questions.count_in_use()
        return LearnedPage(questions=questions, number=span.number, last=span.last, total=total, in_use=in_use)

    def withdraw(self, question_id: int) -> None:
        """Let a past question count no more.

        Raises:
            NotFound: There is none of this number that counts.
        """
        now = self._clock.now()
        with self._database.work() as work:
            if not work.past_questions.withdraw(question_id, WithdrawnReason.BY_STAFF, now):
                raise NotFound("There is no such past question, or it was withdrawn already.")

    def withdraw_voter(self, voter: str) -> int:
        """Withdraw all that one person said; returns how many past questions.

        Args:
            voter: Their e-mail address, or the hash that stands beside their past questions.

        Raises:
            NotFound: Nobody has an account with this address.
        """
        with self._database.work() as work:
            name = voter.strip()
            if "@" in name:
                found = work.users.find_credentials(normalise_email(name))
                if found is None:
                    raise NotFound(f"Nobody has an account with the address {name}.")
                name = self._voters.user(found.user.id)
            return work.past_questions.withdraw_voter(name, self._clock.now()) if name else 0

    def import_questions(self, questions: Iterable[NewPastQuestion]) -> ImportOutcome:
        """Store past questions from elsewhere; those stored before stay as they are.

        What leads to an article that is not published here is left out.
        """
        with self._database.read() as work:
            published = work.past_questions.published_articles()
        imported = left_out = 0
        unknown: dict[str, None] = {}
        for batch in batches(questions, IMPORTED_AT_ONCE):
            kept = [each for each in batch if each.article_id in published]
            unknown.update(dict.fromkeys(each.article_id for each in batch if each.article_id not in published))
            left_out += len(batch) - len(kept)
            with self._database.work() as work:
                imported += work.past_questions.add(kept, self._clock.now())
        return ImportOutcome(imported=imported, left_out=left_out, unknown=tuple(unknown))

    def _in_use(self) -> Iterator[PastQuestion]:
        with self._database.read() as work:
            yield from work.past_questions.iterate_in_use()
