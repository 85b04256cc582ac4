"""How far the mailbox has been read, in a file of the instance folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from portal.domain.incoming_mail import MailboxState


class MailboxStateFile:
    """Keeps one record; nothing is lost with it but the knowledge which mails need not be looked at again."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> MailboxState:
        """Return the record; that of a mailbox never looked into where there is none, or none that can be read."""
        try:
            values = json.loads(self._file.read_text(encoding="utf-8"))
            read_at = datetime.fromisoformat(values["read_at"]) if values["read_at"] else None
            return MailboxState(
                validity=int(values["validity"]),
                last_uid=int(values["last_uid"]),
                read_at=read_at,
                error=str(values["error"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return MailboxState()

    def save(self, state: MailboxState) -> None:
        """Replace the record; whoever reads it meanwhile sees the old one or the new one."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        values = asdict(state) | {"read_at": state.read_at.isoformat() if state.read_at else ""}
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
        draft.write_text(json.dumps(values), encoding="utf-8")
        draft.replace(self._file)
