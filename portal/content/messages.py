"""Messages between customers and agents: an agent's Markdown as safe HTML, for pages and for mails."""

from __future__ import annotations

import re

from portal.content.markdown_renderer import MarkdownRenderer
from portal.content.sanitizer import sanitize
from portal.domain.articles import SafeHtml

#: An address of this site in what the sanitizer put out, which writes attributes in one way only.
_OWN_ADDRESS = re.compile(r'(?P<attribute> (?:href|src)=")(?P<path>/(?!/))')


def render_message(text: str) -> SafeHtml | None:
    """Render what an agent wrote; None where it is nested too deeply and has to be shown as it is."""
    try:
        return sanitize(MarkdownRenderer().render(text))
    except RecursionError:
        return None


def render_letter(text: str, public_url: str) -> SafeHtml | None:
    """Render what an agent wrote for a mail, where links of this site need its address; None as `render_message`.

    Args:
        public_url: Without a trailing slash.
    """
    html = render_message(text)
    if html is None:
        return None
    return SafeHtml(_OWN_ADDRESS.sub(lambda found: f"{found['attribute']}{public_url}{found['path']}", html.text))
