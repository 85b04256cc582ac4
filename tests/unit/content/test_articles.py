"""Articles rendered from end to end."""

from __future__ import annotations

import re

import pytest

from portal.content.articles import ArticleRenderer, render_key
from portal.domain.errors import ContentError
from tests.content_samples import article, link_map, media, render


def test_the_extensions_articles_need() -> None:
    html = render(
        '!!! warning "Hot"\n    Wait.\n\n??? question "And?"\n    Yes.\n\n```sh\nls <b>\n```\n\n'
        "| A | B |\n|---|---|\n| 1 | 2 |\n\nHub\n:   A box.\n\nText[^1] HTML\n\n[^1]: Note.\n\n*[HTML]: A language\n\n"
        "> [!TIP]\n> Try it.\n"
    ).html.text
    assert '<div class="admonition warning">\n<p class="admonition-title">Hot</p>' in html
    assert '<details class="question">\n<summary>And?</summary>' in html
    assert '<code class="language-sh">ls &lt;b&gt;' in html
    assert '<div class="table-scroll" tabindex="0" role="region" aria-label="A, B"><table>' in html
    assert "<dt>Hub</dt>" in html
    assert 'id="fnref:1"' in html
    assert '<abbr title="A language">HTML</abbr>' in html
    assert "[!TIP]" not in html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "## <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<iframe src='https://evil.example'></iframe>",
        "![x](javascript:alert(1))",
        "Text {: onclick=alert(1) style='color:red' }",
        "<div markdown='1' onclick='alert(1)'>**x**</div>",
        "```{.sh onclick=alert(1)}\nx\n```",
        '!!! note onclick "<script>alert(1)</script>"\n    x',
        "| <svg onload=alert(1)> |\n|---|\n| x |",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_hostile_markdown_comes_out_harmless(body: str) -> None:
    html = render(body).html.text.lower()
    for trace in ("<script", "<iframe", "<svg", 'href="javascript', 'style="'):
        assert trace not in html
    assert not re.search(r"<[^>]*\son[a-z]+=", html)


@pytest.mark.parametrize(
    "body", ["> " * 3_000 + "x", "<div>" * 5_000, "- " * 2_000 + "x", "[" * 500, "*" * 5_000, "#" * 9]
)
def test_absurd_nesting_is_a_message_or_a_page(body: str) -> None:
    try:
        assert render(body).html is not None
    except ContentError as error:
        assert "nests" in str(error)


@pytest.mark.parametrize("body", ["", "   \n\n", "مرحبا بالعالم\n\n## عنوان", "你好\n\n## 标题\n\n🎉", "\u202etext"])
def test_any_script_renders(body: str) -> None:
    rendered = render(body)
    assert rendered.problems == ()
    assert all(section.anchor for section in rendered.sections[1:])


def test_one_article_leaves_nothing_behind_for_the_next() -> None:
    renderer = ArticleRenderer()
    first, second = article("a.md", "x[^1]\n\n[^1]: Note\n\n[r]: b.md\n\n## H"), article("b.md", "x [r] y\n\n## H")
    links = link_map(first, second)
    renderer.render(first, links)
    again = renderer.render(second, links)
    assert "Note" not in again.html.text
    assert [entry.anchor for entry in again.toc] == ["h"]
    assert "[r]" in again.html.text


def test_the_key_tells_whether_a_page_must_be_made_again() -> None:
    source = article("a.md", "[x](b.md) ![p](media/p.svg)")
    other = article("b.md")
    full = link_map(source, other, media=[media("media/p.svg")])
    key = render_key(source, full)
    assert len(key) <= 40
    assert render_key(source, full) == key
    assert render_key(source, link_map(source, other, article("c.md"), media=[media("media/p.svg")])) == key
    assert render_key(source, link_map(source, media=[media("media/p.svg")])) != key
    assert render_key(source, link_map(source, other, media=[media("media/p.svg", sha256="b" * 64)])) != key
    assert render_key(source, link_map(source, article("b.md", slug="moved"), media=[media("media/p.svg")])) != key
