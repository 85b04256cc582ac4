"""An article's Markdown made into the page's parts: safe HTML, sections, contents and links."""

from __future__ import annotations

import hashlib
import re

from portal.content.checks import check_source
from portal.content.headings import anchor_headings
from portal.content.html_tree import Element, parse_html, to_html
from portal.content.layout_boxes import open_boxes
from portal.content.links import LinkMap
from portal.content.liquid import resolve_liquid
from portal.content.markdown_renderer import MarkdownRenderer
from portal.content.pictures import lead_links, place_pictures
from portal.content.references import find_references
from portal.content.sanitizer import sanitize
from portal.content.sections import read_toc, split_sections
from portal.domain.articles import ArticleSource, RenderedArticle
from portal.domain.errors import ContentError

#: Raised with every change of what comes out of the same Markdown, so that stored pages are made anew.
RENDERER_VERSION = "4"
_RAW_H1 = re.compile(r"<h1[\s>]", re.IGNORECASE)


class ArticleRenderer:
    """Renders articles one after another; not for several threads at once."""

    def __init__(self) -> None:
        self._markdown = MarkdownRenderer()

    def render(self, source: ArticleSource, link_map: LinkMap) -> RenderedArticle:
        """Render one article.

        Args:
            source: The article's file.
            link_map: Where its links may lead.

        Raises:
            ContentError: If quotations, lists or tags are nested so deeply that they cannot be rendered.
        """
        try:
            return self._render(source, link_map)
        except RecursionError as error:
            message = "The text nests quotations, lists or tags too deeply to be shown. Flatten it."
            raise ContentError(message, path=source.path, line=source.body_line) from error

    def _render(self, source: ArticleSource, link_map: LinkMap) -> RenderedArticle:
        body = resolve_liquid(source.body, source.extra)
        # Sanitised before the tree is built, so that it is well nested; and after, so that the last word is the gate's.
        root = parse_html(sanitize(self._markdown.render(body)))
        open_boxes(root)
        place_pictures(root, link_map, source)
        links = lead_links(root, link_map, source)
        anchor_headings(root, raise_h1=bool(_RAW_H1.search(body)))
        _wrap_tables(root)
        html = sanitize(to_html(root))
        problems = tuple(str(problem) for problem in check_source(source, link_map, anchors={}))
        return RenderedArticle(
            html=html, sections=split_sections(html), toc=read_toc(html), links=links, problems=problems
        )


def render_key(source: ArticleSource, link_map: LinkMap) -> str:
    """Say in a few characters what a page is made from besides its file: the renderer, and where its links lead.

    A stored page whose key is still the same need not be rendered again.

    Returns:
        At most 40 characters.
    """
    body = resolve_liquid(source.body, source.extra)
    found = [link_map.resolve(reference.target, source) for reference in find_references(body)]
    parts = [f"{item.kind} {item.url} {item.media.sha256 if item.media else ''}" for item in found]
    digest = hashlib.sha256("\n".join([source.slug, *parts]).encode()).hexdigest()
    return f"{RENDERER_VERSION}-{digest[:32]}"


def _wrap_tables(root: Element) -> None:
    """Let wide tables scroll by themselves on a phone, with the keyboard too, and say what they are."""
    for element, parent in list(root.walk()):
        if element.tag != "table" or "table-scroll" in parent.classes:
            continue
        heads = [" ".join(cell.text().split()) for cell, _ in element.walk() if cell.tag == "th"]
        label = ", ".join(head for head in heads if head) or "…"
        frame = Element(
            "div", {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": label}, [element]
        )
        parent.replace(element, frame)
