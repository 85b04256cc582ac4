"""A mail's HTML as text: no script, nothing hidden, no pictures that report who reads them.

What a mail repeats of earlier ones comes out behind ``>``, as in mails without HTML.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Characters of HTML that are read; what a person wrote stands at the beginning.
MAX_HTML_LENGTH = 2_000_000

_BLOCK_NAMES = (
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li "
    "main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_PARAGRAPH_NAMES = "blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul"
_UNREAD_NAMES = "head script style title template noscript svg math object iframe select textarea button"
_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
#: Blocks with a blank line before and after them.
_PARAGRAPHS = frozenset(_PARAGRAPH_NAMES.split())
#: Elements that go with all they hold.
_UNREAD = frozenset(_UNREAD_NAMES.split())
_VOID = frozenset(_VOID_NAMES.split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.I)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0\u200b]+")
_MANY_LINES = re.compile(r"\n{3,}")


def html_to_text(html: str) -> str:
    """Return what a reader of the mail sees, as text."""
    reader = _Reader()
    reader.feed(html[:MAX_HTML_LENGTH])
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._depth = 0
        self._kept_blanks = 0
        self._unread: list[str] = []
        self._links: list[tuple[str, int, int]] = []

    def text(self) -> str:
        """Return the lines read so far, never more than one blank one in a row."""
        self._end_line()
        return _MANY_LINES.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if self._unread or tag in _UNREAD or "hidden" in values or _HIDDEN.search(values.get("style", "")):
            if tag not in _VOID:
                self._unread.append(tag)
            return
        if tag in _BLOCKS:
            self._begin_block(tag)
        if tag == "br":
            self._end_line(keep_blank=True)
        elif tag == "li":
            self._line = "- "
        elif tag == "a":
            self._links.append((values.get("href", "").strip(), len(self._lines), len(self._line)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            # an element that was never closed must not swallow the rest: the nearest one of this name ends here
            if tag in self._unread:
                del self._unread[len(self._unread) - 1 - self._unread[::-1].index(tag) :]
            return
        if tag == "a" and self._links:
            self._add_target(*self._links.pop())
        if tag in _BLOCKS:
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        if self._kept_blanks:
            *whole, last = data.split("\n")
            for line in whole:
                self._line += line
                self._end_line(keep_blank=True)
            self._line += last
            return
        words = _BLANKS.sub(" ", data)
        self._line += words.lstrip(" ") if not self._line or self._line.endswith(" ") else words

    def _begin_block(self, tag: str) -> None:
        self._end_line()
        if tag in _PARAGRAPHS:
            self._blank_line()
        if tag == "blockquote":
            self._depth += 1
        if tag == "pre":
            self._kept_blanks += 1

    def _end_block(self, tag: str) -> None:
        self._end_line()
        if tag == "blockquote":
            self._depth = max(0, self._depth - 1)
        if tag == "pre":
            self._kept_blanks = max(0, self._kept_blanks - 1)
        if tag in _PARAGRAPHS:
            self._blank_line()

    def _add_target(self, href: str, line: int, column: int) -> None:
        """Write where a link leads behind its words, unless they say so themselves."""
        if not href.lower().startswith(("http://", "https://")):
            return
        said = self._line[column:].strip() if line == len(self._lines) else ""
        bare = href.split("://", 1)[1].rstrip("/")
        if said.split("://", 1)[-1].rstrip("/") != bare:
            self._line += f" ({href})" if said else href

    def _end_line(self, *, keep_blank: bool = False) -> None:
        words = self._line.rstrip()
        self._line = ""
        if words or keep_blank:
            self._lines.append(f"{'>' * self._depth} {words}".rstrip() if self._depth else words)

    def _blank_line(self) -> None:
        blank = ">" * self._depth
        if self._lines and self._lines[-1] != blank:
            self._lines.append(blank)
