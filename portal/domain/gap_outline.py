"""The beginning of an article that closes a gap, in the customers' words."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.article_drafts import DraftText
from portal.domain.gaps import GapWording

#: Wordings that an outline quotes.
MOST_QUOTED = 12
#: Longest title, in characters; a writer shortens further.
MAX_TITLE_LENGTH = 90


def outline_of(name: str, wordings: Sequence[GapWording]) -> DraftText:
    """Begin an article with headings and hints; the customers' words stand in a comment that no page shows.

    Args:
        name: Of the gap.
        wordings: Its own, the most asked first.
    """
    asked = "\n".join(f"- {_in_comment(each.sample)}" for each in wordings[:MOST_QUOTED])
    body = (
        f"<!-- Customers asked, the most frequent first. Use their words in the title, the tags and the text:\n\n"
        f"{asked}\n\nDelete this comment, and every line in brackets. -->\n\n"
        "[One sentence that answers the question at once.]\n\n"
        "## Problem\n\n[What the customer sees or wants, in their words.]\n\n"
        "## Answer\n\n1. [The first step, with the names of buttons as they are on the screen.]\n"
        "2. [The next step.]\n\n[What they see when it worked, and what to do when it did not.]\n"
    )
    return DraftText(title=_cut(name), summary="", body=body)


def _in_comment(text: str) -> str:
    """Keep a customer's words from ending the comment they stand in."""
    return " ".join(text.split()).replace("--", "- -").replace(">", "›").replace("<", "‹")


def _cut(text: str) -> str:
    if len(text) <= MAX_TITLE_LENGTH:
        return text
    return text[: MAX_TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
