"""What every service needs that promises customers a reply and writes to them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.business_hours import ReplyPromise
from portal.integrations.mail_templates import MailWriter
from portal.integrations.phrases import PhraseBook
from portal.integrations.private_links import PrivateLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """The way to speak with customers about their requests.

    Attributes:
        promise: By when people reply.
        links: The private links by which customers open their requests.
        writer: The words of mails.
        book: Words and times on pages.
    """

    promise: ReplyPromise
    links: PrivateLinks
    writer: MailWriter
    book: PhraseBook
