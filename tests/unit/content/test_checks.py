"""What a writer should look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.content.checks import check_articles, drop_duplicate_ids, settle_slugs
from portal.domain.articles import ArticleSource, Category
from tests.content_samples import article, link_map, media

RETURN = article("returns/return-an-item.md")
AGENTS = article("for-agents/queue.md", audience="agents")


def messages(*sources: ArticleSource, categories: tuple[Category, ...] = ()) -> list[str]:
    everything = (*sources, RETURN, AGENTS)
    found = check_articles(
        everything,
        link_map(*everything, media=[media("media/box.svg")]),
        anchors={RETURN.id: frozenset({"label"})},
        categories=categories,
    )
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "One\n\n[x](../returns/return-items.md)",
            "The link to “../returns/return-items.md” leads nowhere. Did you mean “../returns/return-an-item.md”?",
        ),
        ("\n\n[x](zzz)", "The link to “zzz” leads nowhere."),
        (
            "\n\n[x](../returns/return-an-item.md#lable)",
            "The link to “../returns/return-an-item.md#lable” names the section “lable”, which is not on that page.",
        ),
        (
            "\n\n![Box](../media/bax.svg)",
            "There is no picture “../media/bax.svg”; its words are shown instead. Did you mean “../media/box.svg”?",
        ),
        (
            "\n\n![](../media/box.svg)",
            "The picture “../media/box.svg” has no words for people who cannot see it. Describe it.",
        ),
        (
            "\n\n![Box](https://a.example/box.png)",
            "The picture “https://a.example/box.png” is on another site. "
            "Copy it beside the articles; it is shown as a link.",
        ),
        (
            "\n\n[x](../for-agents/queue.md)",
            "The link to “../for-agents/queue.md” leads to an article for agents only; others will not find it.",
        ),
        ("\n\n<script>x</script>", "“<script>” is not allowed in articles and was left out."),
        ("\n\n{% include x.html %}", "The template tag “{% include x.html %}” means nothing here and was left out."),
    ],
)
def test_problems_name_file_and_line(body: str, message: str) -> None:
    assert messages(article("delivery/track.md", body, title="Track")) == [f"delivery/track.md:6: {message}"]


@pytest.mark.parametrize(
    "body",
    ["[x](../returns/return-an-item.md#label)", "![Box](../media/box.svg)", "`[x](zzz)`", "[x](https://a.example)"],
)
def test_what_is_right_raises_no_problem(body: str) -> None:
    assert messages(article(body=body)) == []


def test_two_files_with_one_id_are_both_named() -> None:
    first, second, third = article("a.md", id="x"), article("b.md", id="x"), article("c.md")
    kept, problems = drop_duplicate_ids([third, second, first])
    assert [item.path for item in kept] == ["a.md", "c.md"]
    assert [str(problem) for problem in problems] == [
        "b.md: The id “x” belongs to a.md already. Give this file another “id”; it was not loaded."
    ]


def test_the_second_of_two_slugs_gets_one_from_its_path() -> None:
    sources = [article("b/help/overview.md"), article("a/overview.md"), article("c/overview.md")]
    slugs, problems = settle_slugs(sources, {})
    assert slugs == {"a/overview": "overview", "b/help/overview": "help-overview", "c/overview": "c-overview"}
    assert [problem.path for problem in problems] == ["b/help/overview.md", "c/overview.md"]


def test_who_has_a_slug_keeps_it() -> None:
    sources = [article("a/overview.md"), article("b/overview.md")]
    slugs, _ = settle_slugs(sources, {"b/overview": "overview"})
    assert slugs == {"a/overview": "a-overview", "b/overview": "overview"}
    assert settle_slugs(sources, slugs)[0] == slugs


def test_slugs_may_repeat_in_another_language() -> None:
    slugs, problems = settle_slugs([article("a/x.md"), article("a/x.de.md")], {})
    assert (slugs, problems) == ({"a/x": "x", "a/x.de": "x"}, ())


def test_files_at_the_top_get_numbers() -> None:
    sources = [article("x.md"), replace(article("y.md"), slug="x"), replace(article("z.md"), slug="x")]
    assert list(settle_slugs(sources, {})[0].values()) == ["x", "x-2", "x-3"]


def test_categories_nobody_described() -> None:
    known = (
        Category(slug="returns", title="R"),
        Category(slug="for-agents", title="A"),
        Category(slug="delivery", title="D"),
    )
    assert messages(article("delivry/a.md"), categories=known) == [
        "delivry/a.md: The category “delivry” is not described. Did you mean “delivery”?"
    ]


def test_two_articles_with_one_old_address() -> None:
    assert messages(article("a.md", redirect_from="/x/"), article("b.md", redirect_from="/X")) == [
        "b.md: The old address “/x” leads to a.md already; it can lead to one article only."
    ]
