"""Markdown to HTML with the extensions that help articles need. The HTML is not safe yet: sanitise it."""

from __future__ import annotations

from markdown import Markdown

from portal.content.dialects import to_python_markdown

_EXTENSIONS = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "sane_lists",
    "tables",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.quotes",
    "pymdownx.superfences",
)
_SETTINGS: dict[str, dict[str, object]] = {
    # colours would need the classes of a highlighter; help articles show commands, not programs
    "pymdownx.highlight": {"use_pygments": False},
    "pymdownx.quotes": {"callouts": True},
    "footnotes": {"BACKLINK_TITLE": "[{}]", "SUPERSCRIPT_TEXT": "{}"},
}


class MarkdownRenderer:
    """Renders one text after another; not for several threads at once."""

    def __init__(self) -> None:
        self._markdown = Markdown(extensions=list(_EXTENSIONS), extension_configs=_SETTINGS, output_format="html")

    def render(self, body: str) -> str:
        """Render a Markdown body to HTML that must still be sanitised.

        Args:
            body: Markdown of any common dialect.

        Returns:
            HTML; empty for blank text.

        Raises:
            RecursionError: If quotations, lists or tags are nested hundreds deep.
        """
        self._markdown.reset()
        return self._markdown.convert(to_python_markdown(body))
