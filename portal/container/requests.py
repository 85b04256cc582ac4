"""Requests for a human, from the hand-off to the rating."""

from __future__ import annotations

from functools import cached_property

from portal.container.mail import MailParts
from portal.domain.searches import SearchPage, Surface
from portal.domain.users import Viewer
from portal.integrations.identity_tokens import IdentityTokens
from portal.integrations.webhook_sender import SenderLimits, WebhookSender
from portal.services.article_picks import ArticlePickService
from portal.services.canned_replies import CannedReplyService
from portal.services.chat import ChatService
from portal.services.chat_patience import ChatPatience
from portal.services.conversations import ConversationService
from portal.services.desk import DeskRules, DeskService
from portal.services.figures import FigureService
from portal.services.handoff import HandoffService
from portal.services.identities import IdentityService
from portal.services.presence import PresenceService
from portal.services.queue import QueueService
from portal.services.ratings import RatingService
from portal.services.webhooks import WebhookService


class RequestParts(MailParts):
    """Requests for a human, from the hand-off to the rating."""

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
    def chat(self) -> ChatService:
        """What open pages of conversations show anew."""
        return ChatService(self.database, self.clock, self.private_links)

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
    def presence(self) -> PresenceService:
        """Who is at the desk."""
        return PresenceService(self.database, self.clock)

    @cached_property
    def ratings(self) -> RatingService:
        """How customers found it, once their request is solved."""
        return RatingService(self.database, self.clock, self.private_links)

    @cached_property
    def figures(self) -> FigureService:
        """How well people are served."""
        return FigureService(self.database, self.clock, self.promise.hours)

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
