"""Everything that can be set, with its default, unit and reason. Environment variables start with PORTAL_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The portal's settings, read from the environment and from a file ``.env`` in the working folder."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", env_file=".env", extra="ignore", frozen=True)

    #: Folder for all that is made at run time: database, index, media, secret key.
    instance: Path = Path("instance")
    #: Folder of Markdown articles that `portal sync` reads.
    articles: Path = Path("articles")
    #: SQLAlchemy URL; empty means ``portal.sqlite3`` in the instance folder.
    database_url: str = ""
    #: Signs sessions and private links; empty means a random one kept in the instance folder (mode 0600).
    secret_key: SecretStr = SecretStr("")
    #: Address customers reach the site at, for links in mails; no trailing slash.
    public_url: str = "http://127.0.0.1:8000"
    #: Serve cookies only over TLS; set it wherever the site is reached by https.
    secure_cookies: bool = False
    #: Proxies in front whose X-Forwarded-* headers are believed; 0 believes none.
    trusted_proxies: int = Field(default=0, ge=0, le=5)

    #: Days after which a session ends by itself, and a signed-in person signs in again.
    session_days: int = Field(default=14, ge=1, le=365)
    #: Passes of argon2 over its memory; with the next one about 50 ms on a small server.
    password_time_cost: int = Field(default=3, ge=1)
    #: Memory that hashing one password fills, in KiB; 32 MiB is dear to guess with and cheap for eight threads.
    password_memory_kib: int = Field(default=32_768, ge=8)
    #: Failed sign-ins for one e-mail address within the window below, after which it has to wait.
    sign_in_failures_per_email: int = Field(default=5, ge=1)
    #: The same for one network address, which an office may share.
    sign_in_failures_per_address: int = Field(default=20, ge=1)
    #: Minutes for which a failed sign-in counts.
    sign_in_window_minutes: int = Field(default=15, ge=1)
    #: Limits of requests per address; turn them off only where a proxy in front limits instead.
    rate_limits: bool = True
    #: Searches of one address in a minute; an office shares one address, so be generous.
    searches_per_minute: int = Field(default=120, ge=1)
    #: Requests for suggestions of one address in a minute: several for each search typed.
    suggestions_per_minute: int = Field(default=600, ge=1)
    #: Votes of one address in a minute.
    votes_per_minute: int = Field(default=30, ge=1)
    #: Requests for a human, and messages added to them, of one address in an hour.
    handoffs_per_hour: int = Field(default=40, ge=1)
    #: Messages of one address in a minute to requests that were sent already.
    messages_per_minute: int = Field(default=60, ge=1)
    #: Signs of life and questions for news of one address in a minute, from open pages; an office shares one address.
    live_requests_per_minute: int = Field(default=1_200, ge=1)
    #: Forms with a password sent by one address in a minute; each costs a hash.
    sign_ins_per_minute: int = Field(default=30, ge=1)

    site_name: str = "Ostrel Help"
    company_name: str = "Ostrel"
    default_locale: str = "en"
    #: Locales the interface is offered in.
    locales: tuple[str, ...] = ("en",)
    #: Country whose way of writing dates, times and numbers is used (ISO 3166); the shipped articles are British.
    #: Empty: each language's usual one, which for English is the United States.
    region: str = Field(default="GB", pattern="^([A-Z]{2}|[0-9]{3})?$")

    #: Local folder or hub name of another embedding model; empty means all-MiniLM-L6-v2.
    embedding_model: str = ""
    #: How exactly queries are embedded: int8 takes half the time and less memory, and turns vectors a little.
    query_precision: Literal["fp32", "int8"] = "fp32"
    #: A query whose embedding takes longer is answered by keyword, in milliseconds.
    encoder_timeout_ms: int = Field(default=400, ge=1)
    #: Local folder or hub name of a cross-encoder that reads the best articles of a search again; empty means none.
    reranker_model: str = ""
    #: A search for which it takes longer keeps the order it had, in milliseconds.
    reranker_timeout_ms: int = Field(default=300, ge=1)
    #: Most questions without an answer that may be shown as answered, and most with one that may be sent away,
    #: on a help centre as hard as the hardest one measured; less of either means more "not certain".
    wrongly_answered: float = Field(default=0.13, gt=0, lt=1)
    wrongly_sent_away: float = Field(default=0.08, gt=0, lt=1)
    #: People who must have asked a query with success before it is suggested to others; never a single person's.
    suggested_query_askers: int = Field(default=3, ge=2)
    #: Hits on a result page.
    hits_per_page: int = Field(default=8, ge=1, le=50)

    #: Time zone of the business hours below (IANA name).
    time_zone: str = "Europe/Berlin"
    #: Opening hours, e.g. ``mon-fri 09:00-18:00; sat 10:00-14:00``.
    business_hours: str = "mon-fri 09:00-18:00"
    #: Days without business hours, ISO dates separated by commas.
    holidays: str = ""
    #: Business minutes within which a first reply is promised.
    reply_within_minutes: int = Field(default=240, ge=1)
    #: Business minutes within which a request should be solved; agents see it as a target, customers are promised none.
    solve_within_minutes: int = Field(default=1_080, ge=1)
    #: What must not wait, separated by commas: words in this order, ``*`` for any ending. Such requests are marked
    #: urgent, and nothing is offered before a person.
    urgent_patterns: str = (
        "fraud*, scam*, stolen, hacked, identity theft, unauthorised, unauthorized, smoke, smoking, on fire, "
        "caught fire, burning, smells burnt, sparks, electric shock, overheat*, swallowed, emergency, "
        "cancel* today, cancel* now, cancel* immediately"
    )
    #: Seconds a customer waits in a chat that nobody answers, before it goes on by e-mail.
    chat_patience_seconds: int = Field(default=180, ge=10, le=86_400)
    #: Sites that may show the agents' panel in a frame, separated by spaces, such as ``https://crm.example.com``;
    #: empty: none, and the panel opens in a window of its own.
    panel_ancestors: str = Field(default="", pattern=r"^(https?://[A-Za-z0-9.:*-]+)?( +https?://[A-Za-z0-9.:*-]+)*$")
    #: Days a private link to a request stays valid.
    private_link_days: int = Field(default=90, ge=1)

    #: SMTP server; empty keeps mails in the database as not sent.
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    #: ``starttls``, ``tls`` or ``none``.
    smtp_security: str = Field(default="starttls", pattern="^(starttls|tls|none)$")
    mail_from: str = "Ostrel Help <help@ostrel.example>"
    #: Address whose mails reach the portal, by `portal mail receive` or from the mailbox below; its mail system has
    #: to deliver ``help+anything@…`` there too. Empty: customers answer under their private link.
    reply_address: str = ""
    #: Server of a mailbox that is looked into for mails; empty looks into none.
    imap_host: str = ""
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    #: ``tls``, ``starttls`` or ``none``.
    imap_security: str = Field(default="tls", pattern="^(starttls|tls|none)$")
    #: Folder that is looked into.
    imap_folder: str = "INBOX"
    #: Folder that mails are moved to once they are stored; empty leaves them where they are, marked as read.
    imap_done_folder: str = ""
    #: Seconds between two looks into the mailbox.
    imap_every_seconds: int = Field(default=60, ge=10)
    #: Largest mail that is taken in whole, in bytes; of a larger one the text, without the files that do not fit.
    max_mail_bytes: int = Field(default=25_000_000, ge=100_000)
    #: Mails of one sender in an hour, without an agent's answer in between, after which a person looks at them first.
    mails_per_sender_per_hour: int = Field(default=20, ge=1)
    #: Days that mails are kept as they came; what they said stays in the request.
    keep_mails_days: int = Field(default=30, ge=1)

    #: Let webhooks lead to addresses without TLS; for trying them out, never for customers' data.
    webhooks_allow_http: bool = False
    #: Let webhooks lead into the company's own network, or to this machine; whoever is admin can then reach it.
    webhooks_allow_private: bool = False
    #: Shared with the company's own site, which signs with it who a customer is: at least 32 characters. Empty: off.
    identity_secret: SecretStr = SecretStr("")

    #: Open pages of one process that hear of changes at once, each in a thread of its own; more ask every few seconds.
    live_pages: int = Field(default=256, ge=0, le=4_000)

    #: Minutes without another step after which a search without a click counts as failed.
    no_click_after_minutes: int = Field(default=30, ge=1)
    #: Minutes that an agent spends on one request, for ranking content gaps by what they cost.
    handoff_minutes: int = Field(default=10, ge=0)
    #: People who must have used a wording before it is shown to writers in a content gap; raise it where what customers
    #: type may tell who they are. What an agent noted is always shown.
    gap_askers: int = Field(default=1, ge=1)
    #: Days that searches, views, votes and journeys are kept; requests and their messages stay.
    keep_visits_days: int = Field(default=365, ge=1)
    #: Days that past questions, which search learns from, are kept; they count less with every day.
    keep_past_questions_days: int = Field(default=1_095, ge=1)
    #: Largest picture taken from the articles folder, in bytes.
    max_media_bytes: int = Field(default=5_000_000, ge=1)
    #: Largest request body, in bytes; forms that take files take the files below besides.
    max_request_bytes: int = Field(default=1_000_000, ge=1)
    #: Largest file that may come with a message, in bytes.
    max_attachment_bytes: int = Field(default=10_000_000, ge=1)
    #: Most files that may come with one message.
    max_attachments: int = Field(default=5, ge=0, le=50)
    #: Endings of the files that may come; what a file is, is read from its content. SVG and HTML are never taken.
    attachment_types: str = "png jpg gif webp heic pdf txt docx xlsx pptx odt ods mp4 mov"

    @property
    def index_folder(self) -> Path:
        """Where the index keeps its generations."""
        return self.instance / "index"

    @property
    def evaluation_cache_folder(self) -> Path:
        """Where `portal evaluate` keeps vectors from run to run; may be deleted at any time."""
        return self.instance / "evaluation-cache"

    @property
    def media_folder(self) -> Path:
        """Where pictures of articles are kept."""
        return self.instance / "media"

    @property
    def mail_folder(self) -> Path:
        """Where mails are kept as they came."""
        return self.instance / "mail"

    @property
    def attachments_folder(self) -> Path:
        """Where files are kept that came with messages."""
        return self.instance / "attachments"

    @property
    def secret_key_file(self) -> Path:
        """Where the key is kept that signs sessions and private links."""
        return self.instance / "secret_key"

    @property
    def resolved_database_url(self) -> str:
        """The database's URL with the default filled in."""
        return self.database_url or f"sqlite:///{(self.instance / 'portal.sqlite3').resolve()}"
