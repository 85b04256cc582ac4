"""The connection to the database and the unit of work that every service opens.

A service writes ``with database.work() as work: work.searches.add(...)``: one transaction, committed at the end of the
block, rolled back by any exception. `read()` is the same for blocks that only read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from portal.storage.article_drafts import ArticleDraftStore
from portal.storage.article_flags import ArticleFlagStore
from portal.storage.article_links import ArticleLinkStore
from portal.storage.articles import ArticleStore
from portal.storage.attachments import AttachmentStore
from portal.storage.canned_replies import CannedReplyStore
from portal.storage.chats import ChatStore
from portal.storage.conversations import ConversationStore
from portal.storage.failed_searches import FailedSearchStore
from portal.storage.gap_asks import GapAskStore
from portal.storage.gaps import GapStore
from portal.storage.identities import IdentityStore
from portal.storage.incoming_mails import IncomingMailStore
from portal.storage.jobs import JobStore
from portal.storage.journeys import JourneyStore
from portal.storage.live import LiveStore
from portal.storage.mails import MailStore
from portal.storage.past_questions import PastQuestionStore
from portal.storage.queue import QueueStore
from portal.storage.ratings import RatingStore
from portal.storage.retention import RetentionStore
from portal.storage.searches import SearchStore
from portal.storage.service_figures import ServiceFigureStore
from portal.storage.sync import SyncStore
from portal.storage.users import UserStore
from portal.storage.votes import VoteStore
from portal.storage.webhooks import WebhookStore

#: A writer waits this long for another before it gives up, in seconds.
BUSY_TIMEOUT_SECONDS = 15


class UnitOfWork:
    """One transaction, with the stores that share it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @cached_property
    def articles(self) -> ArticleStore:
        """Articles and their revisions."""
        return ArticleStore(self.session)

    @cached_property
    def sync(self) -> SyncStore:
        """What a sync compares and writes besides articles: categories and redirects."""
        return SyncStore(self.session)

    @cached_property
    def searches(self) -> SearchStore:
        """Logged searches and the hits they showed."""
        return SearchStore(self.session)

    @cached_property
    def failed_searches(self) -> FailedSearchStore:
        """Searches that failed, and how."""
        return FailedSearchStore(self.session)

    @cached_property
    def gap_asks(self) -> GapAskStore:
        """What content gaps are made of."""
        return GapAskStore(self.session)

    @cached_property
    def gaps(self) -> GapStore:
        """Content gaps."""
        return GapStore(self.session)

    @cached_property
    def journeys(self) -> JourneyStore:
        """Visits, article views, and the steps of a journey."""
        return JourneyStore(self.session)

    @cached_property
    def votes(self) -> VoteStore:
        """Opinions of articles."""
        return VoteStore(self.session)

    @cached_property
    def past_questions(self) -> PastQuestionStore:
        """What search learns from."""
        return PastQuestionStore(self.session)

    @cached_property
    def conversations(self) -> ConversationStore:
        """Requests for a human, and their messages."""
        return ConversationStore(self.session)

    @cached_property
    def incoming_mails(self) -> IncomingMailStore:
        """Mails that reached us."""
        return IncomingMailStore(self.session)

    @cached_property
    def attachments(self) -> AttachmentStore:
        """Files that came with messages."""
        return AttachmentStore(self.session)

    @cached_property
    def queue(self) -> QueueStore:
        """Requests as the agents' queue shows them."""
        return QueueStore(self.session)

    @cached_property
    def canned_replies(self) -> CannedReplyStore:
        """Agents' canned replies."""
        return CannedReplyStore(self.session)

    @cached_property
    def article_links(self) -> ArticleLinkStore:
        """Articles that agents linked in messages."""
        return ArticleLinkStore(self.session)

    @cached_property
    def article_flags(self) -> ArticleFlagStore:
        """Articles that need work or are missing."""
        return ArticleFlagStore(self.session)

    @cached_property
    def live(self) -> LiveStore:
        """Signals for open pages, and who is present where."""
        return LiveStore(self.session)

    @cached_property
    def chats(self) -> ChatStore:
        """What live chats ask of the database."""
        return ChatStore(self.session)

    @cached_property
    def mails(self) -> MailStore:
        """Outgoing mail."""
        return MailStore(self.session)

    @cached_property
    def ratings(self) -> RatingStore:
        """How customers found it."""
        return RatingStore(self.session)

    @cached_property
    def service_figures(self) -> ServiceFigureStore:
        """What the figures are made of."""
        return ServiceFigureStore(self.session)

    @cached_property
    def article_drafts(self) -> ArticleDraftStore:
        """Drafts of articles that were made from requests."""
        return ArticleDraftStore(self.session)

    @cached_property
    def identities(self) -> IdentityStore:
        """Customers as the company's own site knows them."""
        return IdentityStore(self.session)

    @cached_property
    def webhooks(self) -> WebhookStore:
        """Addresses that are told of events, and what they were told."""
        return WebhookStore(self.session)

    @cached_property
    def retention(self) -> RetentionStore:
        """What is deleted when its time is over."""
        return RetentionStore(self.session)

    @cached_property
    def jobs(self) -> JobStore:
        """Work for the worker."""
        return JobStore(self.session)

    @cached_property
    def users(self) -> UserStore:
        """People with accounts."""
        return UserStore(self.session)


class Database:
    """Opens units of work on one database; thread-safe."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _create_engine(url)
        self._one_writer = self.engine.dialect.name == "sqlite"
        self._writers = threading.Lock()
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(reads_only=True), expire_on_commit=False)

    @contextmanager
    def work(self, patience_seconds: float = BUSY_TIMEOUT_SECONDS) -> Iterator[UnitOfWork]:
        """Open a transaction that may write: commit on the way out, roll back on any exception.

        Args:
            patience_seconds: How long to wait for another writer before giving up; matters to SQLite only.
        """
        engine = self.engine.execution_options(patience_seconds=patience_seconds)
        with self._turn(patience_seconds), self._writing(bind=engine) as session, session.begin():
            yield UnitOfWork(session)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a transaction for reading, which never waits for a writer."""
        with self._reading() as session, session.begin():
            yield UnitOfWork(session)

    @contextmanager
    def _turn(self, patience_seconds: float) -> Iterator[None]:
        """Let writers of this process wait for one another in line: SQLite has them try again and again, unluckily."""
        mine = self._one_writer and self._writers.acquire(timeout=patience_seconds)
        try:
            yield
        finally:
            if mine:
                self._writers.release()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _create_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Readers beside a writer, checked foreign keys, and commits that survive a power cut."""
    connection.isolation_level = None  # the driver would begin too late
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer half-way would fail instead of waiting."""
    options = connection.get_execution_options()
    patience_seconds = options.get("patience_seconds", BUSY_TIMEOUT_SECONDS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={round(patience_seconds * 1000)}")
    connection.exec_driver_sql("BEGIN" if options.get("reads_only", False) else "BEGIN IMMEDIATE")
