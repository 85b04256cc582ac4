"""Files that came with messages, as the database knows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from portal.domain.attachments import Attachment
from portal.domain.conversations import MessageKind
from portal.storage.base import Store
from portal.storage.request_rows import AttachmentRow, MessageRow


class AttachmentStore(Store):
    """Finds the files of messages; `ConversationStore` stores them together with their message."""

    def find(self, conversation_id: int, stored_name: str, *, for_agents: bool) -> Attachment | None:
        """Return a file of a conversation; None when it has none of this name, or none that the reader may see.

        Args:
            for_agents: Whether files of internal notes are found too.
        """
        query = (
            select(AttachmentRow)
            .join(MessageRow, MessageRow.id == AttachmentRow.message_id)
            .where(MessageRow.conversation_id == conversation_id, AttachmentRow.stored_name == stored_name)
        )
        if not for_agents:
            query = query.where(MessageRow.kind != MessageKind.NOTE)
        row = self.session.scalars(query).first()
        return None if row is None else attachment(row)

    def known_names(self, names: Collection[str]) -> frozenset[str]:
        """Return those of some stored names that a message has."""
        query = select(AttachmentRow.stored_name).where(AttachmentRow.stored_name.in_(names))
        return frozenset(self.session.scalars(query))


def attachment(row: AttachmentRow) -> Attachment:
    """Return the record of a row."""
    return Attachment(
        stored_name=row.stored_name,
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
    )


def attachment_rows(files: Sequence[Attachment]) -> list[AttachmentRow]:
    """Return new rows for files that came with one message."""
    return [
        AttachmentRow(
            stored_name=file.stored_name,
            file_name=file.file_name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
        )
        for file in files
    ]
