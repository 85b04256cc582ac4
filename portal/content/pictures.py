"""Pictures and links of a rendered article, led to where they belong."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.content.html_tree import Element
from portal.content.links import LinkKind, LinkMap, Resolution
from portal.domain.articles import ArticleSource


def lead_links(root: Element, link_map: LinkMap, source: ArticleSource) -> tuple[tuple[str, str], ...]:
    """Point every link of a tree to its target; of a broken or empty one only the words stay.

    Returns:
        The links to articles as (article id, anchor), in the order of the page, each once.
    """
    led: dict[tuple[str, str], None] = {}
    for element, parent in list(root.walk()):
        if element.tag != "a" or element.classes & {"heading-link", "footnote-ref", "footnote-backref"}:
            continue
        leads = "href" in element.attributes and element.text().strip()
        found = link_map.resolve(element.attributes["href"], source) if leads else None
        if found is None or found.kind is LinkKind.BROKEN:
            parent.replace(element, *element.children)
            continue
        element.attributes["href"] = found.url
        element.attributes.pop("rel", None)
        if found.kind is LinkKind.OUTSIDE and found.url.startswith(("http", "//")):
            element.attributes["rel"] = "noopener"
        if found.kind is LinkKind.ARTICLE:
            led[found.article_id, found.anchor] = None
    return tuple(led)


def place_pictures(root: Element, link_map: LinkMap, source: ArticleSource) -> None:
    """Point every picture of a tree to its file with its size; where there is none its words take its place."""
    for element, parent in list(root.walk()):
        if element.tag != "img":
            continue
        address = element.attributes.get("src", "")
        found = link_map.resolve(address, source)
        if found.kind is LinkKind.MEDIA and found.media:
            _fit(element, found)
        elif found.kind is LinkKind.OUTSIDE and parent.tag != "a":
            parent.replace(element, _as_link(element, found))
        else:
            parent.replace(element, *_as_words(element))


def _fit(image: Element, found: Resolution) -> None:
    """Let the browser keep the room for the picture, and fetch it only when it comes into view."""
    image.attributes |= {"src": found.url, "loading": "lazy", "decoding": "async"}
    image.attributes.setdefault("alt", "")
    media = found.media
    if media and media.width and media.height and not image.attributes.keys() & {"width", "height"}:
        image.attributes |= {"width": str(media.width), "height": str(media.height)}


def _as_link(image: Element, found: Resolution) -> Element:
    """A picture on another site is not fetched, which would tell that site who reads; the reader may follow."""
    words = image.attributes.get("alt", "").strip() or urlsplit(found.url).netloc
    return Element("a", {"class": "external-image", "href": found.url, "rel": "noopener"}, [words])


def _as_words(image: Element) -> tuple[Element, ...]:
    words = image.attributes.get("alt", "").strip()
    return (Element("span", {"class": "missing-image"}, [words]),) if words else ()
