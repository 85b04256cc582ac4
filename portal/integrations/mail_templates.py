"""Mails in words: templates outside any request, with translations. A template's first line is the subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.domain.conversations import Conversation, greeting_name
from portal.domain.mail import MailDraft
from portal.integrations.mail_message import one_line
from portal.integrations.phrases import PhraseBook, Phrases
from portal.integrations.private_links import PrivateLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIdentity:
    """Whose words the mails are.

    Attributes:
        domain: Part of Message-IDs after the ``@``.
    """

    site_name: str
    company_name: str
    domain: str


class MailWriter:
    """Writes the mails that follow a request."""

    def __init__(
        self,
        folder: Path,
        *,
        identity: MailIdentity,
        book: PhraseBook,
        links: PrivateLinks,
        new_token: Callable[[], str],
    ) -> None:
        """Bring together what mails are made of.

        Args:
            folder: The templates, named ``<name>.txt``.
            new_token: Makes up the random part of a Message-ID.
        """
        self._folder = folder
        self._identity = identity
        self._book = book
        self._links = links
        self._new_token = new_token

    def confirmation(self, conversation: Conversation, *, now: datetime) -> MailDraft:
        """Write the mail that says a request has arrived."""
        return self._draft("request_received", conversation, now=now, automatic=True)

    def answer(self, conversation: Conversation, *, text: str, agent_name: str, now: datetime) -> MailDraft:
        """Write the mail that carries an agent's answer."""
        words = {"text": text, "agent_name": agent_name}
        return self._draft("answer", conversation, now=now, automatic=False, **words)

    def _draft(
        self, name: str, conversation: Conversation, *, now: datetime, automatic: bool, **words: str
    ) -> MailDraft:
        phrases = self._book.phrases(conversation.locale)
        rendered = (
            self._environment(phrases)
            .get_template(f"{name}.txt")
            .render(
                identity=self._identity,
                reference=conversation.reference,
                first_name=greeting_name(conversation.name),
                link=self._links.url(conversation),
                expectation=phrases.reply_expectation(conversation.reply_expected_at, now=now),
                **words,
            )
        )
        subject, _, body = rendered.strip().partition("\n")
        return MailDraft(
            conversation_id=conversation.id,
            to_name=conversation.name,
            to_address=conversation.email,
            subject=one_line(subject),
            body=body.strip() + "\n",
            message_id=f"{conversation.reference.lower()}.{self._new_token()}@{self._identity.domain}",
            automatic=automatic,
        )

    def _environment(self, phrases: Phrases) -> Environment:
        environment = Environment(  # noqa: S701 - plain text, which has no markup to escape
            loader=FileSystemLoader(self._folder),
            extensions=["jinja2.ext.i18n"],
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.install_gettext_callables(phrases.gettext, phrases.ngettext, newstyle=True)  # type: ignore[attr-defined]
        return environment
