"""Mails in words: templates outside any request, with translations. A template's first line is the subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.content.messages import render_letter
from portal.domain.attachments import Attachment
from portal.domain.conversations import Conversation, greeting_name
from portal.domain.mail import MailDraft
from portal.integrations.channel_words import request_expectation
from portal.integrations.mail_message import one_line
from portal.integrations.phrases import PhraseBook, Phrases
from portal.integrations.private_links import PrivateLinks
from portal.integrations.reply_addresses import ReplyAddresses


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
        replies: ReplyAddresses,
        new_token: Callable[[], str],
    ) -> None:
        """Bring together what mails are made of.

        Args:
            folder: The templates, named ``<name>.txt``, and ``<name>.html.jinja`` where a mail has a look.
            new_token: Makes up the random part of a Message-ID.
        """
        self._folder = folder
        self._identity = identity
        self._book = book
        self._links = links
        self._replies = replies
        self._new_token = new_token

    def confirmation(self, conversation: Conversation, *, now: datetime) -> MailDraft:
        """Write the mail that says a request has arrived."""
        return self._draft("request_received", conversation, now=now, automatic=True)

    def answer(
        self,
        conversation: Conversation,
        *,
        text: str,
        agent_name: str,
        now: datetime,
        files: tuple[Attachment, ...] = (),
    ) -> MailDraft:
        """Write the mail that carries an agent's answer.

        Args:
            text: Markdown; goes out as it is, and beside that as safe HTML.
            files: What came with it: named in the mail, and opened under the private link.
        """
        words = {"text": text, "agent_name": agent_name, "file_names": [file.file_name for file in files]}
        draft = self._draft("answer", conversation, now=now, automatic=False, **words)
        html = render_letter(text, self._links.public_url)
        if html is None:
            return draft
        return replace(draft, html=self._render("answer.html.jinja", conversation, now=now, html=html, **words))

    def chat_missed(self, conversation: Conversation, *, now: datetime) -> MailDraft:
        """Write the mail that apologises for a chat that nobody answered, and says how it goes on."""
        return self._draft("chat_missed", conversation, now=now, automatic=True)

    def solved(self, conversation: Conversation, *, now: datetime) -> MailDraft:
        """Write the mail that says a request is solved, and asks how it was."""
        return self._draft("solved", conversation, now=now, automatic=True)

    def _draft(
        self, name: str, conversation: Conversation, *, now: datetime, automatic: bool, **words: object
    ) -> MailDraft:
        rendered = self._render(f"{name}.txt", conversation, now=now, **words)
        subject, _, body = rendered.strip().partition("\n")
        return MailDraft(
            conversation_id=conversation.id,
            to_name=conversation.name,
            to_address=conversation.email,
            subject=one_line(subject),
            body=body.strip() + "\n",
            message_id=f"{conversation.reference.lower()}.{self._new_token()}@{self._identity.domain}",
            automatic=automatic,
            reply_to=self._replies.address_for(conversation),
        )

    def _render(self, template: str, conversation: Conversation, *, now: datetime, **words: object) -> str:
        phrases = self._book.phrases(conversation.locale)
        return (
            self._environment(phrases)
            .get_template(template)
            .render(
                identity=self._identity,
                locale=conversation.locale,
                reference=conversation.reference,
                first_name=greeting_name(conversation.name),
                link=self._links.url(conversation),
                reply_to=self._replies.address_for(conversation),
                expectation=request_expectation(conversation, phrases, now=now),
                **words,
            )
        )

    def _environment(self, phrases: Phrases) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=lambda name: name is not None and ".html" in name,  # noqa: S701 - plain text has no markup
            extensions=["jinja2.ext.i18n"],
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.install_gettext_callables(phrases.gettext, phrases.ngettext, newstyle=True)  # type: ignore[attr-defined]
        return environment
