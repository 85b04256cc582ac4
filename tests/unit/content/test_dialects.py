"""Markdown of other dialects, as it comes out of the renderer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content.dialects import to_python_markdown
from portal.content.markdown_renderer import MarkdownRenderer


def shape(markdown: str) -> str:
    """The rendered HTML without white space between tags."""
    return re.sub(r"\s*\n\s*", "", MarkdownRenderer().render(markdown))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Text:\n- a\n- b", "<p>Text:</p><ul><li>a</li><li>b</li></ul>"),
        ("Text:\n1. a\n2. b", "<p>Text:</p><ol><li>a</li><li>b</li></ol>"),
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("- a\n    - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("1. a\n\n   more\n\n2. b", "<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>"),
        ("- a\nlazy", "<ul><li>alazy</li></ul>"),
        ("In the year\n1984. It was cold.", "<p>In the year1984. It was cold.</p>"),
        ("a\n\n* * *\n\nb", "<p>a</p><hr><p>b</p>"),
        ("Title\n---\ntext", "<h2>Title</h2><p>text</p>"),
        ("## T\n- a", "<h2>T</h2><ul><li>a</li></ul>"),
        ("> Text\n> - a\n> - b", "<blockquote><p>Text</p><ul><li>a</li><li>b</li></ul></blockquote>"),
        ("    code", '<pre class="highlight"><code>code</code></pre>'),
        ("{: .big}\n\nText", "<p>Text</p>"),
        ("## T\n{: #here}\n\nText", '<h2 id="here">T</h2><p>Text</p>'),
        ("* TOC\n{:toc}\n\nText", "<p>Text</p>"),
        ("[TOC]\n\nText", "<p>Text</p>"),
    ],
)
def test_dialects(markdown: str, html: str) -> None:
    assert shape(markdown) == html


def test_fences_inside_of_items_stay_there() -> None:
    html = shape("1. Run\n\n   ```sh\n   ls\n     deep\n   ```\n\n2. Done")
    assert html.count("<ol>") == 1
    assert "ls  deep" in re.sub(r"\n", "", MarkdownRenderer().render("1. Run\n\n   ```sh\n   ls\n     deep\n   ```"))


def test_fenced_code_is_not_rewritten() -> None:
    code = "```\nText:\n- a\n  - b\n{: .x}\n| a |\n| b |\n```"
    assert to_python_markdown(code) == code


def test_tables_without_a_rule() -> None:
    html = shape("Text:\n\n|a | b|\n|1 | 2|\n|3 | 4|")
    assert html.count("<tr>") == 3
    assert "<th>a</th>" in html


def test_tables_with_a_rule_are_left_alone() -> None:
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert to_python_markdown(table) == table


def test_notes_hold_lists() -> None:
    html = shape('!!! note "Title"\n    Text:\n    - a\n      - b\n\n    More.\n\nAfter.')
    assert "<ul><li>a<ul><li>b</li></ul></li></ul><p>More.</p></div><p>After.</p>" in html


def test_raw_html_is_left_alone() -> None:
    html = "<div>\n  <ul>\n    <li>a</li>\n  </ul>\n\n    <p>b</p>\n</div>"
    assert to_python_markdown(html) == html


@given(st.text(alphabet=" \n\t-*+123.)>#|`~:{}!?ab", max_size=80))
def test_no_text_breaks_it_and_no_words_are_lost(text: str) -> None:
    rewritten = to_python_markdown(text)
    if "{" not in text and "|" not in text:
        assert re.sub(r"[^ab]", "", rewritten) == re.sub(r"[^ab]", "", text)
