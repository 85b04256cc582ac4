"""Builds each long-lived object once: the only place that picks implementations."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path

from portal.domain.attachments import AttachmentLimits
from portal.domain.business_hours import ReplyPromise, parse_business_hours
from portal.domain.clock import Clock, SystemClock
from portal.domain.demo import DemoPerson
from portal.domain.past_questions import Voters
from portal.domain.searches import SearchPage, Surface
from portal.domain.targets import Targets
from portal.domain.urgency import UrgentPatterns, parse_urgent_patterns
from portal.domain.users import Viewer
from portal.integrations.correspondence import Correspondence
from portal.integrations.embedding_models import LocalModels
from portal.integrations.file_types import parse_endings
from portal.integrations.identity_tokens import IdentityTokens
from portal.integrations.imap_mailbox import ImapMailbox, ImapServer
from portal.integrations.incoming_nature import OwnMail
from portal.integrations.mail import Mailer, SmtpMailer, SmtpServer
from portal.integrations.mail_message import Sender, parse_sender
from portal.integrations.mail_templates import MailIdentity, MailWriter
from portal.integrations.passwords import Passwords
from portal.integrations.phrases import PhraseBook
from portal.integrations.private_links import PrivateLinks
from portal.integrations.reply_addresses import ReplyAddresses, parse_reply_address
from portal.integrations.rerankers import LocalReranker
from portal.integrations.secret_key import read_or_create_secret_key
from portal.integrations.webhook_sender import SenderLimits, WebhookSender
from portal.services.article_drafts import ArticleDraftService
from portal.services.article_flags import ArticleFlagService
from portal.services.article_picks import ArticlePickService
from portal.services.articles import ArticleReading
from portal.services.attachments import AttachmentService
from portal.services.canned_replies import CannedReplyService
from portal.services.chat import ChatService
from portal.services.chat_patience import ChatPatience
from portal.services.conversations import ConversationService
from portal.services.desk import DeskRules, DeskService
from portal.services.diagnosis import DiagnosisService, Instruments
from portal.services.evaluation import EvaluationService
from portal.services.failed_searches import FailedSearchService
from portal.services.figures import FigureService
from portal.services.gap_finding import GapFinding, GapMemory
from portal.services.gap_replays import GapReplays
from portal.services.gaps import GapService
from portal.services.handoff import HandoffService
from portal.services.health import HealthService
from portal.services.identities import IdentityService
from portal.services.incoming_mail import IncomingMailService
from portal.services.indexing import IndexingService
from portal.services.jobs import JobsService
from portal.services.learning import LearningService, Memory
from portal.services.live import LiveChanges, Places
from portal.services.mail_placing import MailPlacing, MailRoom
from portal.services.mailbox import MailboxService
from portal.services.outbox import OutboxService
from portal.services.past_queries import PastQueryService
from portal.services.people import PeopleService
from portal.services.presence import PresenceService
from portal.services.queue import QueueService
from portal.services.ratings import RatingService
from portal.services.retention import RetentionService
from portal.services.search import SearchService
from portal.services.short_links import ShortLinkService
from portal.services.site_verdict import SiteVerdictService
from portal.services.sync import SyncOptions, SyncService
from portal.services.votes import VoteService
from portal.services.webhooks import WebhookService
from portal.settings import Settings
from portal.storage.attachments_folder import AttachmentsFolder
from portal.storage.database import Database
from portal.storage.mailbox_state import MailboxStateFile
from portal.storage.media_folder import MediaFolder
from portal.storage.throttle import Throttle, ThrottleLimits
from search_index import (
    GuardLimits,
    HistoryStore,
    QueryPrecision,
    Recipe,
    SearchEngine,
    VerdictRecipe,
    WordingVectors,
    live_query_encoder,
    resolve_model,
)

#: Where the portal's own templates and translations lie.
PACKAGE = Path(__file__).parent
#: Pages of one person, or of one private link, that stay connected; further ones ask from time to time.
PAGES_OF_ONE = 8


class Container:
    """The objects one process works with; each is built at its first use."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        """The database of this instance."""
        return Database(self.settings.resolved_database_url)

    @cached_property
    def secret_key(self) -> str:
        """Signs sessions and private links, and keys the hashes of failed sign-ins."""
        return self.settings.secret_key.get_secret_value() or read_or_create_secret_key(self.settings.secret_key_file)

    @cached_property
    def throttle(self) -> Throttle:
        """Failed sign-ins counted in the database."""
        settings = self.settings
        limits = ThrottleLimits(
            per_account=settings.sign_in_failures_per_email,
            per_address=settings.sign_in_failures_per_address,
            window=timedelta(minutes=settings.sign_in_window_minutes),
        )
        return Throttle(self.database, self.clock, secret=self.secret_key, limits=limits)

    @cached_property
    def health(self) -> HealthService:
        """Whether the site can do its work."""
        return HealthService(self.database, self.search_engine, self.clock)

    @cached_property
    def diagnosis(self) -> DiagnosisService:
        """What `portal doctor` looks at."""
        settings = self.settings
        instruments = Instruments(
            engine_status=self.health.engine_status,
            find_model=lambda: resolve_model(settings.embedding_model or None),
            check_mail_server=self._check_mail_server,
            check_mailbox=lambda: self.mailbox.check(),
            check_settings=self.check_settings,
            list_demo_people=self._list_demo_people,
        )
        return DiagnosisService(settings, self.database, self.clock, instruments)

    @cached_property
    def people(self) -> PeopleService:
        """Accounts, sign-in and passwords."""
        settings = self.settings
        passwords = Passwords(time_cost=settings.password_time_cost, memory_kib=settings.password_memory_kib)
        return PeopleService(self.database, self.clock, passwords, self.throttle)

    @cached_property
    def reading(self) -> ArticleReading:
        """Home, categories, articles, and where old addresses lead."""
        return ArticleReading(self.database, self.clock, default_locale=self.settings.default_locale)

    @cached_property
    def media(self) -> MediaFolder:
        """Pictures of articles."""
        return MediaFolder(self.settings.media_folder)

    @cached_property
    def sync(self) -> SyncService:
        """The articles folder brought into the database."""
        options = SyncOptions(
            default_locale=self.settings.default_locale, max_media_bytes=self.settings.max_media_bytes
        )
        return SyncService(self.database, self.clock, self.media, options)

    @cached_property
    def search_engine(self) -> SearchEngine:
        """The engine on this instance's index; nothing is loaded before the first search."""
        settings, folder = self.settings, self.settings.index_folder
        limits = GuardLimits(encode_ms=settings.encoder_timeout_ms, rerank_ms=settings.reranker_timeout_ms)
        precision = QueryPrecision(settings.query_precision)
        encoder, reranker = live_query_encoder(folder, precision=precision), self.reranker.loader()
        return SearchEngine(folder, encoder, limits, reranker=reranker)

    @cached_property
    def search(self) -> SearchService:
        """Searches by customers, and what they opened."""
        return SearchService(
            self.database,
            self.search_engine,
            self.clock,
            default_locale=self.settings.default_locale,
            hits_per_page=self.settings.hits_per_page,
            urgent=self.urgent_patterns,
        )

    @cached_property
    def failed_searches(self) -> FailedSearchService:
        """What customers searched for in vain."""
        no_click_after = timedelta(minutes=self.settings.no_click_after_minutes)
        return FailedSearchService(self.database, self.clock, no_click_after=no_click_after)

    @cached_property
    def gaps(self) -> GapService:
        """Content gaps, as writers work on them."""
        return GapService(self.database, self.clock, handoff_minutes=self.settings.handoff_minutes)

    @cached_property
    def gap_finding(self) -> GapFinding:
        """The way from failed searches to content gaps."""
        folder = self.settings.index_folder
        memory = GapMemory(
            vectors=WordingVectors(folder),
            load_encoder=live_query_encoder(folder),
            least_askers=self.settings.gap_askers,
        )
        return GapFinding(self.database, self.clock, memory)

    @cached_property
    def gap_replays(self) -> GapReplays:
        """Gaps' searches asked again."""

        def ask(text: str, viewer: Viewer, locale: str, limit: int) -> SearchPage:
            return self.search.search(text, viewer, locale=locale, limit=limit)

        return GapReplays(self.database, self.clock, ask)

    @cached_property
    def past_queries(self) -> PastQueryService:
        """Queries that are suggested because many asked them."""
        settings = self.settings
        return PastQueryService(self.database, settings.index_folder, askers=settings.suggested_query_askers)

    @cached_property
    def site_verdict(self) -> SiteVerdictService:
        """What the outcomes of searches say of the verdict."""
        return SiteVerdictService(self.database, self.clock, self.settings.index_folder)

    @cached_property
    def retention(self) -> RetentionService:
        """What is forgotten when its time is over."""
        keep_visits = timedelta(days=self.settings.keep_visits_days)
        return RetentionService(self.database, self.clock, keep_visits=keep_visits)

    @cached_property
    def learning(self) -> LearningService:
        """What search learns from replies and votes."""
        folder, settings = self.settings.index_folder, self.settings
        memory = Memory(
            store=HistoryStore(folder),
            load_encoder=live_query_encoder(folder),
            keep=timedelta(days=settings.keep_past_questions_days),
            keep_journeys=timedelta(days=settings.keep_visits_days),
        )
        return LearningService(self.database, self.clock, memory, self.voters)

    @cached_property
    def indexing(self) -> IndexingService:
        """The way from published articles to the index."""
        folder = self.settings.index_folder
        return IndexingService(self.database, folder, self.models, self.recipe, export_reranker=self.reranker.export)

    @cached_property
    def models(self) -> LocalModels:
        """The embedding model that the settings name."""
        precision = QueryPrecision(self.settings.query_precision)
        return LocalModels(self.settings.embedding_model, self.settings.index_folder, precision)

    @cached_property
    def reranker(self) -> LocalReranker:
        """The cross-encoder that the settings name, if any."""
        return LocalReranker(self.settings.reranker_model, self.settings.index_folder)

    @cached_property
    def recipe(self) -> Recipe:
        """What the index is built from and asked by."""
        settings = self.settings
        verdict = VerdictRecipe.for_error_rates(settings.wrongly_answered, settings.wrongly_sent_away)
        return Recipe(verdict=verdict)

    @cached_property
    def evaluation(self) -> EvaluationService:
        """The way to measure the search."""
        cache = self.settings.evaluation_cache_folder
        return EvaluationService(self.clock, self.models, cache, self.recipe, load_reranker=self.reranker.loader())

    @cached_property
    def promise(self) -> ReplyPromise:
        """By when people reply."""
        settings = self.settings
        hours = parse_business_hours(settings.business_hours, holidays=settings.holidays, time_zone=settings.time_zone)
        return ReplyPromise(hours=hours, within_minutes=settings.reply_within_minutes)

    @cached_property
    def phrase_book(self) -> PhraseBook:
        """Words and times outside a request."""
        return PhraseBook(zone=self.promise.hours.zone, folder=PACKAGE / "translations", region=self.settings.region)

    @cached_property
    def private_links(self) -> PrivateLinks:
        """Links by which customers open their requests."""
        settings = self.settings
        return PrivateLinks(
            self.secret_key, self.clock, valid_days=settings.private_link_days, public_url=settings.public_url
        )

    @cached_property
    def reply_addresses(self) -> ReplyAddresses:
        """Addresses by which customers answer mails."""
        return ReplyAddresses(self.secret_key, self.settings.reply_address)

    @cached_property
    def mail_sender(self) -> Sender:
        """Who mails come from."""
        return parse_sender(self.settings.mail_from)

    @cached_property
    def mail_writer(self) -> MailWriter:
        """The words of mails."""
        settings = self.settings
        identity = MailIdentity(
            site_name=settings.site_name, company_name=settings.company_name, domain=self.mail_sender.domain
        )
        return MailWriter(
            PACKAGE / "templates" / "mail",
            identity=identity,
            book=self.phrase_book,
            links=self.private_links,
            replies=self.reply_addresses,
            new_token=partial(secrets.token_hex, 12),
        )

    @cached_property
    def mailer(self) -> Mailer | None:
        """The way to the mail server; None where none is set."""
        settings = self.settings
        if not settings.smtp_host:
            return None
        server = SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            security=settings.smtp_security,
        )
        return SmtpMailer(server, self.mail_sender, self.clock)

    def _list_demo_people(self) -> tuple[DemoPerson, ...]:
        return self.people.list_demo_people()  # built here: it would make a secret key

    def _check_mail_server(self) -> None:
        if isinstance(self.mailer, SmtpMailer):
            self.mailer.check()

    @cached_property
    def correspondence(self) -> Correspondence:
        """What services need that promise customers a reply and write to them."""
        return Correspondence(
            promise=self.promise, links=self.private_links, writer=self.mail_writer, book=self.phrase_book
        )

    @cached_property
    def handoff(self) -> HandoffService:
        """The way from a customer to a human."""
        return HandoffService(
            self.database,
            self.clock,
            self.correspondence,
            urgent=self.urgent_patterns,
            chat_patience_seconds=self.settings.chat_patience_seconds,
        )

    @cached_property
    def urgent_patterns(self) -> UrgentPatterns:
        """What must not wait."""
        return parse_urgent_patterns(self.settings.urgent_patterns)

    @cached_property
    def live(self) -> LiveChanges:
        """What open pages hear of at once."""
        return LiveChanges(self.database, self.clock)

    @cached_property
    def live_places(self) -> Places:
        """How many open pages of this process stay connected."""
        return Places(most=self.settings.live_pages, most_for_one=PAGES_OF_ONE)

    @cached_property
    def chat(self) -> ChatService:
        """What open pages of conversations show anew."""
        return ChatService(self.database, self.clock, self.private_links)

    @cached_property
    def attachment_limits(self) -> AttachmentLimits:
        """What may come with a message."""
        settings = self.settings
        return AttachmentLimits(
            max_bytes=settings.max_attachment_bytes,
            max_count=settings.max_attachments,
            types=parse_endings(settings.attachment_types),
        )

    @cached_property
    def attachments(self) -> AttachmentService:
        """Files that come with messages."""
        folder = AttachmentsFolder(self.settings.attachments_folder)
        return AttachmentService(
            self.database, self.clock, folder, limits=self.attachment_limits, links=self.private_links
        )

    @cached_property
    def chat_patience(self) -> ChatPatience:
        """What becomes of chats that nobody answers."""
        patience_seconds = self.settings.chat_patience_seconds
        return ChatPatience(self.database, self.clock, self.correspondence, patience_seconds=patience_seconds)

    @cached_property
    def conversations(self) -> ConversationService:
        """The customers' side of what follows a hand-off."""
        return ConversationService(self.database, self.clock, self.correspondence)

    @cached_property
    def desk(self) -> DeskService:
        """The agents' side of conversations."""
        rules = DeskRules(targets=self.targets, voters=self.voters, company_name=self.settings.company_name)
        return DeskService(self.database, self.clock, self.correspondence, rules)

    @cached_property
    def targets(self) -> Targets:
        """By what the desk measures itself."""
        return Targets(hours=self.promise.hours, solve_within_minutes=self.settings.solve_within_minutes)

    @cached_property
    def queue(self) -> QueueService:
        """The agents' queue."""
        return QueueService(self.database, self.clock, self.targets)

    @cached_property
    def canned_replies(self) -> CannedReplyService:
        """Prepared answers."""
        return CannedReplyService(
            self.database, self.clock, company_name=self.settings.company_name, public_url=self.settings.public_url
        )

    @cached_property
    def article_picks(self) -> ArticlePickService:
        """Articles for replies."""

        def search(text: str, agent: Viewer, locale: str | None, limit: int) -> SearchPage:
            return self.search.search(text, agent, locale=locale, surface=Surface.AGENTS, limit=limit)

        return ArticlePickService(self.database, search, public_url=self.settings.public_url)

    @cached_property
    def article_flags(self) -> ArticleFlagService:
        """Articles that need work or are missing."""
        return ArticleFlagService(self.database, self.clock)

    @cached_property
    def short_links(self) -> ShortLinkService:
        """Short permanent links to articles."""
        return ShortLinkService(self.database, self.clock)

    @cached_property
    def presence(self) -> PresenceService:
        """Who is at the desk."""
        return PresenceService(self.database, self.clock)

    @cached_property
    def incoming_mail(self) -> IncomingMailService:
        """Mails that reach us."""
        settings = self.settings
        room = MailRoom(
            replies=self.reply_addresses,
            keep_files=self.attachments.keep,
            max_files=settings.max_attachments,
            urgent=self.urgent_patterns,
            locale=settings.default_locale,
            most_per_hour=settings.mails_per_sender_per_hour,
        )
        return IncomingMailService(
            self.database,
            self.clock,
            AttachmentsFolder(settings.mail_folder, ending=".eml"),
            MailPlacing(self.database, self.clock, self.correspondence, room),
            own=OwnMail(address=self.mail_sender.address),
            keep=timedelta(days=settings.keep_mails_days),
        )

    @cached_property
    def mailbox(self) -> MailboxService:
        """The mailbox that mails are fetched from."""
        settings = self.settings
        return MailboxService(
            self.database,
            self.clock,
            self._imap_mailbox(),
            MailboxStateFile(settings.mail_folder / "mailbox.json"),
            store=self.incoming_mail.store,
            every=timedelta(seconds=settings.imap_every_seconds),
        )

    def _imap_mailbox(self) -> ImapMailbox | None:
        settings = self.settings
        if not settings.imap_host:
            return None
        server = ImapServer(
            host=settings.imap_host,
            port=settings.imap_port,
            user=settings.imap_user,
            password=settings.imap_password.get_secret_value(),
            security=settings.imap_security,
            folder=settings.imap_folder,
            done_folder=settings.imap_done_folder,
            max_bytes=settings.max_mail_bytes,
        )
        return ImapMailbox(server)

    @cached_property
    def outbox(self) -> OutboxService:
        """Mails on their way out."""
        return OutboxService(self.database, self.clock, self.mailer)

    @cached_property
    def ratings(self) -> RatingService:
        """How customers found it, once their request is solved."""
        return RatingService(self.database, self.clock, self.private_links)

    @cached_property
    def figures(self) -> FigureService:
        """How well people are served."""
        return FigureService(self.database, self.clock, self.promise.hours)

    @cached_property
    def article_drafts(self) -> ArticleDraftService:
        """Articles begun from requests."""
        return ArticleDraftService(self.database, self.clock)

    @cached_property
    def webhooks(self) -> WebhookService:
        """Other systems that are told of events."""
        settings = self.settings
        sender = WebhookSender(SenderLimits(allow_private=settings.webhooks_allow_private), name="portal-webhooks/1")
        return WebhookService(
            self.database,
            self.clock,
            sender,
            public_url=settings.public_url,
            allow_http=settings.webhooks_allow_http,
        )

    @cached_property
    def identity_tokens(self) -> IdentityTokens:
        """What the company's own site signs."""
        secret = self.settings.identity_secret.get_secret_value()
        return IdentityTokens(secret, self.clock, audience=self.settings.public_url)

    @cached_property
    def identities(self) -> IdentityService:
        """Customers as the company's own site knows them."""
        return IdentityService(self.database, self.clock, self.identity_tokens)

    @cached_property
    def jobs(self) -> JobsService:
        """Jobs that were given up."""
        return JobsService(self.database, self.clock)

    def check_settings(self) -> None:
        """Read the settings that are written in a notation of their own, so that a bad one is told at the start.

        Raises:
            SetupError: One cannot be used; the message names it.
        """
        parse_reply_address(self.settings.reply_address)  # by itself: the secret key is not to be made for this
        _ = self.promise, self.mail_sender, self.urgent_patterns, self.attachment_limits, self.identity_tokens

    @cached_property
    def voters(self) -> Voters:
        """The names by which past questions know who said so."""
        return Voters(secret=self.secret_key)

    @cached_property
    def votes(self) -> VoteService:
        """Opinions of articles."""
        return VoteService(self.database, self.clock, self.voters, default_locale=self.settings.default_locale)
