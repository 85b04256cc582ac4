"""Agents say that an article needs work or is missing; writers deal with it."""

from __future__ import annotations

from portal.domain.article_flags import MAX_NOTE_LENGTH, FlagKind, FlagsPage, FlagState, NewFlag
from portal.domain.clock import Clock
from portal.domain.conversations import clean_text
from portal.domain.errors import InvalidInput
from portal.domain.paging import choose_page
from portal.domain.redaction import redact
from portal.domain.users import Viewer
from portal.services.message_texts import NO_MESSAGES, request_named
from portal.storage.database import Database

#: Flags on one page of the writers' list.
FLAGS_PER_PAGE = 25


class ArticleFlagService:
    """Carries what agents notice about articles to the writers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def flag(self, agent: Viewer, kind: str, *, article_id: str = "", reference: str = "", note: str = "") -> bool:
        """Say that an article needs work, or that one is missing.

        Args:
            kind: One of `FlagKind`.
            article_id: Which; passed over where an article is missing.
            reference: The request in which it was noticed; may be empty.
            note: In the agent's words, at most 1,000 characters; personal data is taken out.

        Returns:
            Whether this is news: the same said twice is stored once.

        Raises:
            InvalidInput: The kind is none, the note is too long, or no article is named where one is needed.
            NotFound: There is no such article for this agent, or no such request.
        """
        if kind not in set(FlagKind):
            raise InvalidInput("Please choose what is wrong.", field="kind")
        words = redact(clean_text(note))
        if len(words) > MAX_NOTE_LENGTH:
            raise InvalidInput(f"Please use at most {MAX_NOTE_LENGTH:,} characters.", field="note")
        missing = kind == FlagKind.MISSING
        if not missing and not article_id:
            raise InvalidInput("Please choose the article that needs work.", field="article_id")
        with self._database.work() as work:
            conversation_id = request_named(work, reference, after=NO_MESSAGES).id if reference else None
            new = NewFlag(
                kind=FlagKind(kind),
                article_id="" if missing else work.articles.get(article_id, agent.audiences).id,
                conversation_id=conversation_id,
                agent_id=agent.user_id,
                agent_name=agent.name,
                note=words,
                at=self._clock.now(),
            )
            return work.article_flags.add(new)

    def page(self, state: FlagState = FlagState.OPEN, page: int = 1) -> FlagsPage:
        """Return a page of the writers' list; one beyond the last is the last."""
        with self._database.read() as work:
            counts = work.article_flags.count_by_state()
            span = choose_page(page, counts[state], FLAGS_PER_PAGE)
            flags = work.article_flags.list_newest(state, limit=FLAGS_PER_PAGE, offset=span.offset)
        return FlagsPage(flags=flags, chosen=state, counts=counts, current=span.number, last=span.last)

    def set_state(self, flag_id: int, state: FlagState) -> None:
        """Note that a flag is dealt with, or open again.

        Raises:
            NotFound: There is none with this number.
        """
        with self._database.work() as work:
            work.article_flags.set_state(flag_id, state)
