"""Messages between customers and agents: an agent's Markdown as safe HTML."""

from __future__ import annotations

from portal.content.markdown_renderer import MarkdownRenderer
from portal.content.sanitizer import sanitize
from portal.domain.articles import SafeHtml


def render_message(text: str) -> SafeHtml | None:
    """Render what an agent wrote; None where it is nested too deeply and has to be shown as it is."""
    try:
        return sanitize(MarkdownRenderer().render(text))
    except RecursionError:
        return None
