"""Why a reply is held back before it is sent."""

from __future__ import annotations

from enum import StrEnum


class ReplyHold(StrEnum):
    """Why a reply is held back."""

    ANSWERED_MEANWHILE = "answered_meanwhile"
    HIDDEN_ARTICLE = "hidden_article"
