"""Files that come with messages: checked, kept, handed out to those who may see them, and cleared away."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from portal.domain.attachments import (
    Attachment,
    AttachmentLimits,
    FileProblem,
    Upload,
    choose_file_problem,
    safe_file_name,
)
from portal.domain.clock import Clock
from portal.domain.errors import NotFound, RefusedFile
from portal.domain.users import Viewer
from portal.integrations.file_types import detect_media_type
from portal.integrations.private_links import PrivateLinks
from portal.services.message_texts import NO_MESSAGES, request_named, request_opened_by
from portal.storage.attachments_folder import AttachmentsFolder
from portal.storage.database import Database

logger = logging.getLogger(__name__)

#: A file that no message has after this time belongs to a form that was never finished, or to a message that is gone.
ORPHAN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file that this reader may have."""

    path: Path
    attachment: Attachment


class AttachmentService:
    """The way of files in, out, and away."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        folder: AttachmentsFolder,
        *,
        limits: AttachmentLimits,
        links: PrivateLinks,
    ) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._links = links
        self.limits = limits

    def keep(self, uploads: Sequence[Upload]) -> tuple[Attachment, ...]:
        """Check files and put them on the disk, all or none; no upload makes no attachment.

        Raises:
            RefusedFile: One of them is not taken; says which and why.
        """
        if len(uploads) > self.limits.max_count:
            raise RefusedFile(uploads[self.limits.max_count].file_name, problem=FileProblem.TOO_MANY)
        return tuple(self._store(*checked) for checked in [self._checked(upload) for upload in uploads])

    def customer_file(self, key: str, viewer: Viewer, name: str) -> OpenFile:
        """Return a file of a request to its customer; never one of an internal note.

        Args:
            key: The secret of a private link, or the reference for the signed-in customer.
            name: The stored name.

        Raises:
            NotFound: There is none, or it is somebody else's; which, nobody learns.
        """
        with self._database.read() as work:
            conversation = request_opened_by(work, self._links, key, viewer, after=NO_MESSAGES)
            found = work.attachments.find(conversation.id, name, for_agents=False)
        return self._opened(found)

    def agent_file(self, reference: str, name: str) -> OpenFile:
        """Return a file of a request to an agent.

        Raises:
            NotFound: There is none.
        """
        with self._database.read() as work:
            conversation = request_named(work, reference, after=NO_MESSAGES)
            found = work.attachments.find(conversation.id, name, for_agents=True)
        return self._opened(found)

    def remove_orphans(self) -> int:
        """Delete files that no message has and that had time to get one; return how many."""
        batches = self._folder.list_batches(before=self._clock.now() - ORPHAN_AFTER)
        return sum(self._remove_unknown(names) for names in batches)

    def _remove_unknown(self, names: Sequence[str]) -> int:
        with self._database.read() as work:
            known = work.attachments.known_names(names)
        orphans = [name for name in names if name not in known]
        for name in orphans:
            self._folder.delete(name)
        return len(orphans)

    def _checked(self, upload: Upload) -> tuple[Upload, str]:
        media_type = detect_media_type(upload.content)
        size = len(upload.content)
        problem = choose_file_problem(upload.file_name, size_bytes=size, media_type=media_type, limits=self.limits)
        if problem is not None:
            raise RefusedFile(upload.file_name, problem=problem)
        return upload, media_type

    def _store(self, upload: Upload, media_type: str) -> Attachment:
        name = secrets.token_hex(16)
        self._folder.write(name, upload.content)
        return Attachment(
            stored_name=name,
            file_name=safe_file_name(upload.file_name, media_type),
            media_type=media_type,
            size_bytes=len(upload.content),
        )

    def _opened(self, found: Attachment | None) -> OpenFile:
        if found is None:
            raise NotFound("There is no such file.")
        path = self._folder.path(found.stored_name)
        if not path.is_file():
            logger.error("The file %s of a message is missing in the instance folder.", path)
            raise NotFound("This file is not there any more.")
        return OpenFile(path=path.resolve(), attachment=found)
