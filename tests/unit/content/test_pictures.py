"""Pictures and links of a rendered article."""

from __future__ import annotations

from tests.content_samples import article, render

OTHER = article("returns/return.md")


def test_a_picture_knows_its_size_and_loads_late() -> None:
    html = render("![The box](../media/box.svg)").html.text
    assert (
        '<img alt="The box" src="/media/box.svg" loading="lazy" decoding="async" width="40" height="20">' in html
        or 'src="/media/box.svg"' in html
    )
    assert 'width="40"' in html
    assert 'loading="lazy"' in html


def test_a_size_that_the_writer_chose_stays() -> None:
    assert 'width="10"' in render('<img src="../media/box.svg" alt="x" width="10">').html.text


def test_the_words_of_a_missing_picture_stay() -> None:
    assert '<span class="missing-image">The box</span>' in render("![The box](no.svg)").html.text
    assert "img" not in render("![](no.svg)").html.text


def test_a_picture_elsewhere_becomes_a_link() -> None:
    html = render("![A chart](https://a.example/x.png) ![](https://b.example/y.png)").html.text
    assert '<a class="external-image" href="https://a.example/x.png" rel="noopener">A chart</a>' in html
    assert ">b.example</a>" in html
    assert "<img" not in html


def test_links_are_led_and_counted() -> None:
    rendered = render("[a](../returns/return.md#x) [b](../returns/return.md#x) [c](https://a.example)", OTHER)
    assert '<a href="/articles/return#x">a</a>' in rendered.html.text
    assert '<a href="https://a.example" rel="noopener">c</a>' in rendered.html.text
    assert rendered.links == ((OTHER.id, "x"),)


def test_only_the_words_of_a_broken_link_stay() -> None:
    rendered = render("Read [this **one**](no.md) now.")
    assert rendered.html.text == "<p>Read this <strong>one</strong> now.</p>"
    assert rendered.problems == ("delivery/track.md:4: The link to “no.md” leads nowhere.",)


def test_a_script_link_is_no_link() -> None:
    assert render("[x](javascript:alert(1))").html.text.startswith("<p>x")
