"""Mail both ways, and the files that come with messages."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cached_property, partial

from portal.container.content import ContentParts
from portal.container.foundation import PACKAGE
from portal.domain.attachments import AttachmentLimits
from portal.integrations.correspondence import Correspondence
from portal.integrations.file_types import parse_endings
from portal.integrations.imap_mailbox import ImapMailbox, ImapServer
from portal.integrations.incoming_nature import OwnMail
from portal.integrations.mail import Mailer, SmtpMailer, SmtpServer
from portal.integrations.mail_message import Sender, parse_sender
from portal.integrations.mail_templates import MailIdentity, MailWriter
from portal.integrations.reply_addresses import ReplyAddresses
from portal.services.attachments import AttachmentService
from portal.services.incoming_mail import IncomingMailService
from portal.services.mail_placing import MailPlacing, MailRoom
from portal.services.mailbox import MailboxService
from portal.services.outbox import OutboxService
from portal.storage.attachments_folder import AttachmentsFolder
from portal.storage.mailbox_state import MailboxStateFile


class MailParts(ContentParts):
    """Mail both ways, and the files that come with messages."""

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

    @cached_property
    def correspondence(self) -> Correspondence:
        """What services need that promise customers a reply and write to them."""
        return Correspondence(
            promise=self.promise, links=self.private_links, writer=self.mail_writer, book=self.phrase_book
        )

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
    def outbox(self) -> OutboxService:
        """Mails on their way out."""
        return OutboxService(self.database, self.clock, self.mailer)

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
