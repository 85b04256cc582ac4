"""The only gate to `SafeHtml`: everything not on these lists is left out."""

from __future__ import annotations

import re

import nh3

from portal.domain.articles import SafeHtml

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details"),
    *("dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img"),
    *("ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary"),
    *("sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr"),
}
#: Elements that go with all they hold; of other unknown ones only the tags go and the text stays.
_TAGS_WITH_CONTENT = {
    *("applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object"),
    *("script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp"),
}
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_ATTRIBUTES = {
    "*": {"class", "dir", "lang"},
    "a": {"href", "title", "aria-label", "rel"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "div": {"tabindex", "role", "aria-label"},
    "dt": {"id"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "ins": {"cite", "datetime"},
    "li": {"id", "value"},
    "ol": {"start", "type", "reversed"},
    "q": {"cite"},
    "span": {"role", "aria-label"},
    "sup": {"id"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "time": {"datetime"},
    **{heading: {"id"} for heading in _HEADINGS},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_CLASS_NAMES = (
    "abstract admonition admonition-title attention bug caution danger error example external-image failure footnote "
    "footnote-backref footnote-ref heading heading-link hint important info missing-image note question quote steps "
    "success summary table-scroll tip todo tldr warning"
)
_CLASSES = frozenset(_CLASS_NAMES.split())
_LANGUAGE_CLASS = re.compile(r"language-[\w+#.-]{1,30}")
#: Values that an attribute may have; a writer's own role or tab stop could lie about the page.
_VALUES = {
    "tabindex": re.compile("0"),
    "role": re.compile("region|img"),
    "rel": re.compile("noopener"),
    "loading": re.compile("lazy"),
    "decoding": re.compile("async"),
    "id": re.compile(r"[\w][\w:.-]{0,199}"),
    "width": re.compile(r"\d{1,5}"),
    "height": re.compile(r"\d{1,5}"),
    "align": re.compile("left|right|center"),
}
#: Elements worth a word to the writer when they are taken out.
_REMOVED = re.compile(
    r"<(?P<tag>script|style|iframe|object|embed|svg|math|form|input|select|textarea|video|audio|canvas|noscript)\b"
    r"|<[a-z][^<>]*?\s(?P<handler>on[a-z]{3,})\s*="
    r"|(?:href|src)\s*=\s*[\"']?\s*(?P<scheme>javascript|vbscript|data):"
    r"|\]\(\s*<?(?P<link>javascript|vbscript|data):",
    re.IGNORECASE,
)


def sanitize(html: str) -> SafeHtml:
    """Make HTML safe to show: what is not known to be harmless is left out, broken nesting is mended.

    Args:
        html: Any HTML, however hostile.

    Returns:
        HTML without scripts, styles, frames, event handlers, inline drawings, or addresses other than http, https,
        mailto, tel and relative ones. The text of unknown elements stays.
    """
    return SafeHtml(
        nh3.clean(
            html,
            tags=_TAGS,
            clean_content_tags=_TAGS_WITH_CONTENT,
            attributes=_ATTRIBUTES,
            attribute_filter=_filter_attribute,
            url_schemes=_SCHEMES,
            strip_comments=True,
            link_rel=None,
        )
    )


def from_store(html: str) -> SafeHtml:
    """Take HTML for safe that `sanitize` made and our own database kept; nothing else may be given."""
    return SafeHtml(html)


def find_unsafe(markup: str) -> list[tuple[int, str]]:
    """Find what `sanitize` will take out of Markdown or HTML, as (0-based place, name), code already blanked."""
    found: list[tuple[int, str]] = []
    for match in _REMOVED.finditer(markup):
        if match["tag"]:
            name = f"<{match['tag'].lower()}>"
        elif match["handler"]:
            name = match["handler"].lower()
        else:
            name = f"{(match['scheme'] or match['link']).lower()}:"
        found.append((match.start(), name))
    return found


def _filter_attribute(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        kept = [word for word in value.split() if word in _CLASSES or _LANGUAGE_CLASS.fullmatch(word)]
        return " ".join(kept) or None
    allowed = _VALUES.get(attribute)
    return value if allowed is None or allowed.fullmatch(value) else None
