"""Leftovers of Jekyll and other Liquid sites: template tags resolved where the text says enough, dropped elsewhere.

Understood are captured blocks, includes of notes and of lists from the front matter, and variables of the page. What
a tag would have fetched from files we do not have is left out; `find_liquid` tells the writer where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape

from portal.content.fences import blank_code, mark_fences

#: None of these looks beyond the next opening of its own kind, so that unclosed ones cost no time.
_TAG = re.compile(r"\{%-?\s*(?P<name>\w*)(?P<rest>(?:[^%{]|%(?!\})|\{(?!%))*?)-?%\}")
_VARIABLE = re.compile(r"\{\{-?\s*(?P<name>[^{}]*?)\s*-?\}\}")
_CAPTURE = re.compile(
    r"\{%-?\s*capture\s+(?P<name>\w+)\s*-?%\}(?P<text>(?:(?!\{%-?\s*capture).)*?)\{%-?\s*endcapture\s*-?%\}", re.DOTALL
)
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*comment).)*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_ARGUMENT = re.compile(r"(?P<key>\w+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"']+))")
_Replace = Callable[[re.Match[str]], str]

_NOTE_TYPES = {"info": "note", "note": "note", "success": "success", "tip": "tip", "warning": "warning"}
#: How templates name the icons and frames of wrong, doubtful and right examples.
_WRONG = re.compile(r"\b(?:incorrect|wrong|cancel|error|dont|cross)\b", re.IGNORECASE)
_DOUBTFUL = re.compile(r"\b(?:warning|caution)\b", re.IGNORECASE)
_RIGHT = re.compile(r"\b(?:correct|success|check_circle|check)\b", re.IGNORECASE)
_ALT_ARGUMENTS = ("image_alt_text", "alt", "image_alt")
_NOTE_TYPES |= {"error": "danger", "danger": "danger", "emergency": "danger", "caution": "warning"}
#: Variables that name the site's own address; ours begins at the root.
_SITE_ADDRESS = frozenset({"site.baseurl", "site.url", "site.github.url"})


def resolve_liquid(body: str, values: Mapping[str, object]) -> str:
    """Resolve or drop the Liquid tags of a Markdown text; code is left alone.

    Args:
        body: Markdown.
        values: Front matter that ``page.…`` variables may name.
    """
    if "{%" not in body and "{{" not in body:
        return body
    return "\n".join(_resolve(prose, values) if not is_code else prose for prose, is_code in _runs(body))


def find_liquid(body: str) -> Iterator[tuple[int, str]]:
    """Yield the 0-based line and the text of each tag that `resolve_liquid` can only drop."""
    text = blank_code(body)
    captured = {match["name"] for match in _CAPTURE.finditer(text)}
    for match in _TAG.finditer(text):
        arguments = _arguments(match["rest"])
        known = arguments.get("content") in captured or arguments.get("items", "").startswith("page.")
        known = known or bool(_picture(arguments, ""))
        if match["name"] == "include" and not known:
            yield text.count("\n", 0, match.start()), " ".join(match[0].split())


def _runs(body: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in runs of lines that are code, or are not."""
    run: list[str] = []
    run_is_code = False
    for line, is_code in mark_fences(body.split("\n")):
        if is_code != run_is_code and run:
            yield "\n".join(run), run_is_code
            run = []
        run_is_code = is_code
        run.append(line)
    yield "\n".join(run), run_is_code


def _resolve(text: str, values: Mapping[str, object]) -> str:
    text = _COMMENT.sub("", text)
    captured = {match["name"]: match["text"].strip() for match in _CAPTURE.finditer(text)}
    text = _CAPTURE.sub("", text)
    text = _outside_code_spans(_TAG, text, lambda match: _replace_tag(match, captured, values))
    return _outside_code_spans(_VARIABLE, text, lambda match: _value(match["name"], values))


def _outside_code_spans(pattern: re.Pattern[str], text: str, replace: _Replace) -> str:
    seen = blank_code(text)
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(seen):
        parts += [text[end : match.start()], replace(match)]
        end = match.end()
    return "".join([*parts, text[end:]])


def _replace_tag(match: re.Match[str], captured: Mapping[str, str], values: Mapping[str, object]) -> str:
    if match["name"] != "include":
        return ""
    arguments = _arguments(match["rest"])
    items = _page_value(arguments.get("items", ""), values)
    if isinstance(items, list):
        sign = _sign(match["rest"])
        return "\n\n" + "\n".join(f"* {sign}{_text(item)}" for item in items) + "\n\n"
    content = captured.get(arguments.get("content", ""), "")
    if not content:
        return _picture(arguments, _sign(match["rest"]))
    note = _NOTE_TYPES.get(arguments.get("type", ""), "note")
    indented = "\n".join(f"    {line.strip()}" for line in content.split("\n"))
    return f'\n\n!!! {note} ""\n{indented}\n\n'


def _picture(arguments: Mapping[str, str], sign: str) -> str:
    """What an include says of a picture, as a picture with the words that stand below it; else nothing.

    Written as HTML, since such includes often stand inside of HTML, where Markdown is not read.
    """
    image, text = arguments.get("image", ""), arguments.get("text", "")
    alt = next((arguments[key] for key in _ALT_ARGUMENTS if arguments.get(key)), "")
    shown = f'<p><img src="{escape(image)}" alt="{escape(alt)}"></p>' if image and alt else ""
    words = f"<p>{sign}{escape(text)}</p>" if text else ""
    return f"\n\n{shown}\n{words}\n\n" if shown or words else ""


def _sign(include: str) -> str:
    """A sign in place of the icon that told right examples from wrong ones, which their words alone may not."""
    if _WRONG.search(include):
        return "✗ "
    if _DOUBTFUL.search(include):
        return "⚠ "
    return "✓ " if _RIGHT.search(include) else ""


def _arguments(text: str) -> dict[str, str]:
    return {
        match["key"]: match["double"] or match["single"] or match["bare"] or "" for match in _ARGUMENT.finditer(text)
    }


def _page_value(name: str, values: Mapping[str, object]) -> object:
    prefix, _, key = name.partition(".")
    return values.get(key) if prefix == "page" else None


def _value(name: str, values: Mapping[str, object]) -> str:
    if name in _SITE_ADDRESS:
        return ""
    value = _page_value(name, values)
    return _text(value) if isinstance(value, str | int | float) else ""


def _text(value: object) -> str:
    return " ".join(str(value).split())
