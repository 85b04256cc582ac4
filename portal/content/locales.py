"""Languages in file names, as in ``returns.de.md`` or ``returns._en.md``."""

from __future__ import annotations

import re

#: ISO 639-1; other two-letter endings (``node.js.md``) are part of the name.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_LANGUAGES = frozenset(_CODES.split())
_SUFFIX = re.compile(r"(?P<stem>.+)\._?(?P<language>[a-z]{2})(?:[-_](?P<region>[A-Za-z]{2}|[A-Z][a-z]{3}))?", re.DOTALL)


def split_locale(name: str) -> tuple[str, str | None]:
    """Split a file name without ``.md`` into its stem and its locale.

    Args:
        name: Such as ``returns.de``, ``returns._en``, ``returns.pt-BR`` or ``returns``; folders may stand before it.

    Returns:
        The stem, and the locale as a BCP 47 tag, or None when the name has none.
    """
    match = _SUFFIX.fullmatch(name)
    if match is None or match["language"] not in _LANGUAGES or match["stem"].endswith("/"):
        return name, None
    region = match["region"]
    if region is None:
        return match["stem"], match["language"]
    region = region.upper() if len(region) == len("XX") else region
    return match["stem"], f"{match['language']}-{region}"
