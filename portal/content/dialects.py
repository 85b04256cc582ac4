"""Markdown as people write it elsewhere, put into the form that Python-Markdown reads.

CommonMark, GitHub and kramdown indent lists by the width of their marker, begin lists right below a paragraph, and
know attribute lines and tables without a rule. Code and raw HTML are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.content.fences import mark_fences

#: Python-Markdown's step: what belongs to a list item is indented by so many spaces.
_STEP = 4
_ITEM = re.compile(r"(?P<marker>[-*+]|\d{1,9}[.)])(?P<gap>[ \t]+|$)(?P<text>.*)")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
#: Blocks whose content is indented by four in every dialect: notes, details, tabs, footnotes, definitions.
_CONTAINER = re.compile(r"(?:!!!|\?\?\?\+?|===)[ \t]|\[\^[^\]]+\]:[ \t]|:[ \t]+\S")
_ATTRIBUTE_LINE = re.compile(r"[ \t]*\{:(?P<attributes>[^{}]*)\}[ \t]*")
_HTML_BLOCK = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|$)|<!--")
_TOC_MARK = re.compile(r"\[TOC\]|\[\[_TOC_\]\]", re.IGNORECASE)
_ATX_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_QUOTED = re.compile(r" {0,3}> ?")
_TABLE_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*\|?[ \t]*")


def to_python_markdown(body: str) -> str:
    """Rewrite a Markdown text of any common dialect for Python-Markdown; its meaning stays."""
    lines = _drop_attribute_lines(body.expandtabs(_STEP).split("\n"))
    lines = list(_rewrite_quotes(_rule_tables(lines)))
    return "\n".join(_ListIndenter().rewrite(lines))


def _drop_attribute_lines(lines: list[str]) -> list[str]:
    """Take out kramdown's attribute lines; an id goes to the heading above, classes mean nothing here."""
    kept: list[str] = []
    for line, is_code in mark_fences(lines):
        match = None if is_code else _ATTRIBUTE_LINE.fullmatch(line)
        if match is None:
            is_mark = not is_code and _TOC_MARK.fullmatch(line.strip())
            kept.append("" if is_mark else line)
            continue
        anchor = re.search(r"#([\w:.-]+)", match["attributes"])
        if anchor and kept and _ATX_HEADING.match(kept[-1]):
            kept[-1] += f" {{#{anchor[1]}}}"
        elif match["attributes"].strip() == "toc" and kept:
            kept[-1] = ""
    return kept


def _rule_tables(lines: list[str]) -> list[str]:
    """Put a rule below the first row of tables that have none, which kramdown allows."""
    marked = list(mark_fences(lines))
    rows = [not is_code and bool(_TABLE_ROW.fullmatch(line)) for line, is_code in marked]
    out: list[str] = []
    for number, line in enumerate(lines):
        begins = rows[number] and not (number and rows[number - 1])
        has_second = number + 1 < len(lines) and rows[number + 1]
        if begins and out and out[-1].strip() and not _TABLE_RULE.fullmatch(line) and has_second:
            out.append("")
        out.append(line)
        if begins and has_second and not _TABLE_RULE.fullmatch(lines[number + 1]) and not _TABLE_RULE.fullmatch(line):
            out.append("|" + " --- |" * max(1, len(re.findall(r"(?<!\\)\|", line)) - 1))
    return out


def _rewrite_quotes(lines: list[str]) -> Iterator[str]:
    """Yield the lines with the text inside of quotations rewritten as a text of its own."""
    quoted: list[str] = []
    for line, is_code in mark_fences(lines):
        match = _QUOTED.match(line)
        if match and not (is_code and not quoted):
            quoted.append(line[match.end() :])
            continue
        yield from _quote(quoted)
        quoted = []
        yield line
    yield from _quote(quoted)


def _quote(lines: list[str]) -> Iterator[str]:
    inner = to_python_markdown("\n".join(lines)).split("\n") if lines else []
    return (f"> {line}".rstrip(" ") for line in inner)


@dataclass(frozen=True, slots=True)
class _Open:
    """A list item or note that the next lines may belong to.

    Attributes:
        column: Where its content begins in the source.
        is_item: Whether it is a list item, in which a list needs no blank line before it.
    """

    column: int
    is_item: bool


class _ListIndenter:
    """Walks down the lines and indents what belongs to list items and notes by four spaces a level."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.after_blank = True
        self.in_paragraph = False
        self.in_html = False
        self.fence_shift = 0

    def rewrite(self, lines: list[str]) -> Iterator[str]:
        """Yield the lines re-indented, and a blank line more before lists that follow a paragraph at once."""
        was_code = False
        for line, is_code in mark_fences(lines):
            if is_code:
                yield self._code(line, is_first=not was_code)
            elif not line.strip():
                self.after_blank, self.in_paragraph, self.in_html = True, False, False
                yield ""
            else:
                yield from self._prose(line)
            was_code = is_code

    def _code(self, line: str, *, is_first: bool) -> str:
        indent = _indent_of(line)
        if is_first:
            self._close(indent)
            self.fence_shift = len(self.open) * _STEP - indent
            self.in_paragraph = False
        self.after_blank = False
        shifted = min(indent, -self.fence_shift) if self.fence_shift < 0 else 0
        return " " * max(self.fence_shift, 0) + line[shifted:] if line.strip() else ""

    def _prose(self, line: str) -> Iterator[str]:
        indent, text = _indent_of(line), line.lstrip(" ")
        if self.in_html or (not self.open and _HTML_BLOCK.match(text)):
            self.in_html = True
            yield line
            return
        item = _ITEM.fullmatch(text) if not _RULE.match(text) else None
        closed = self._close(indent) if item or self.after_blank or not self.in_paragraph else False
        innermost = self.open[-1] if self.open else _Open(0, False)
        interrupts = self.in_paragraph and not closed and not innermost.is_item
        beyond = indent - innermost.column
        is_code = beyond >= _STEP and not self.in_paragraph
        self.after_blank = False
        if is_code:
            yield " " * (len(self.open) * _STEP + beyond) + text
        elif item and _may_begin(item, interrupts):
            yield from [""] if interrupts else []
            yield self._item(item, indent)
        else:
            yield self._text(text, indent)

    def _text(self, text: str, indent: int) -> str:
        shown = " " * (len(self.open) * _STEP) + text
        if _CONTAINER.match(text):
            self.open.append(_Open(indent + _STEP, False))
            self.in_paragraph = False
        else:
            self.in_paragraph = not _ATX_HEADING.match(text)
        return shown

    def _item(self, item: re.Match[str], indent: int) -> str:
        gap = len(item["gap"]) if 0 < len(item["gap"]) <= _STEP else 1
        shown = f"{' ' * (len(self.open) * _STEP)}{item['marker'].replace(')', '.')} {item['text']}"
        self.open.append(_Open(indent + len(item["marker"]) + gap, True))
        self.in_paragraph = bool(item["text"].strip())
        return shown

    def _close(self, indent: int) -> bool:
        """Close what a line of this indentation cannot belong to, and say whether that was anything."""
        before = len(self.open)
        while self.open and indent < self.open[-1].column:
            self.open.pop()
        return len(self.open) < before


def _may_begin(item: re.Match[str], in_paragraph: bool) -> bool:
    """Whether an item may break into a paragraph: "1. " and bullets with text may, "1984. " and a lone "-" may not."""
    return not in_paragraph or (bool(item["text"].strip()) and item["marker"] in ("-", "*", "+", "1.", "1)"))


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
