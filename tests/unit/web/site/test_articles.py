"""Home, categories, articles, pictures and old addresses, as browsers meet them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from tests.cast import Person
from tests.content_samples import SVG, article_file, png, write_files

SignIn = Callable[[FlaskClient, Person], None]
FILES = {
    "_categories.yml": "- slug: delivery\n  title: Delivery & tracking\n- slug: staff\n  audience: agents\n",
    "delivery/track.md": article_file(
        "## Search\n\nText ![box](../media/box.svg)\n\n## Main\n\nText", title="Track <b>it</b>", updated="2026-10-01"
    ),
    "delivery/late.md": article_file("Text", title="Late", redirect_from="/old/late", summary="Why it is late."),
    "delivery/members.md": article_file("Text", title="Members only", audience="customers"),
    "staff/secret.md": article_file("Text", title="The agents' secret", audience="agents", redirect_from="/old/secret"),
    "staff/draft.md": article_file("Text", title="Not yet", draft="true", audience="agents"),
    "media/box.svg": SVG,
    "media/deep/p.png": png(),
}


@pytest.fixture(autouse=True)
def _articles(container: Container) -> None:
    container.sync.sync(write_files(container.settings.articles, FILES))


def html_of(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.get_data(as_text=True)


def test_the_home_page(client: FlaskClient) -> None:
    html = html_of(client, "/")
    assert "Delivery &amp; tracking" in html
    assert 'href="/categories/delivery"' in html
    assert "2 articles" in html
    assert 'href="/articles/late"' in html
    assert "Good places to start" in html
    assert html.count('role="search"') == 1
    assert "secret" not in html
    assert "staff" not in html


def test_a_signed_in_customer_is_greeted(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    sign_in(client, ada)
    html = html_of(client, "/")
    assert "Hello, Ada. How can we help?" in html
    assert "Members only" in html


def test_an_empty_help_centre_offers_a_human(client: FlaskClient, container: Container) -> None:
    with container.database.work() as work:
        work.articles.archive(list(work.sync.list_stored()))
    assert "No articles yet" in html_of(client, "/")


def test_a_category(client: FlaskClient) -> None:
    html = html_of(client, "/categories/delivery")
    assert "Why it is late." in html
    assert "Members only" not in html
    assert '<link rel="canonical" href="http://127.0.0.1:8000/categories/delivery">' in html


def test_an_article(client: FlaskClient) -> None:
    html = html_of(client, "/articles/track")
    assert "<h1>Track &lt;b&gt;it&lt;/b&gt;</h1>" in html
    assert '<time datetime="2026-10-01">' in html
    assert 'href="#search-2"' in html
    assert '<img alt="box" src="/media/box.svg"' in html or 'src="/media/box.svg"' in html
    assert "Was this helpful?" in html
    assert html.count("<h1") == 1
    assert "Related articles" in html


@pytest.mark.parametrize("url", ["/", "/categories/delivery", "/articles/track", "/articles/late"])
def test_no_id_stands_twice_and_nothing_is_inline(client: FlaskClient, url: str) -> None:
    html = html_of(client, url)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert not re.search(r"<style|\sstyle=|<[^>]*\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize(
    "url",
    [
        "/articles/secret",
        "/articles/members",
        "/articles/draft",
        "/articles/nothing",
        "/articles/~delivery",
        "/categories/staff",
        "/categories/nothing",
        "/old/secret",
        "/old/nothing",
        "/articles/%00",
        "/media/nothing.svg",
        "/media/.manifest.json",
        "/media/../portal.sqlite3",
        "/media/%2e%2e/portal.sqlite3",
    ],
)
def test_what_a_stranger_may_not_see_is_not_there(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert "The agents" not in answer.get_data(as_text=True)


def test_those_who_may_see_it(client: FlaskClient, ben: Person, sign_in: SignIn) -> None:
    sign_in(client, ben)
    html = html_of(client, "/articles/secret")
    assert '<meta name="robots" content="noindex">' in html
    assert client.get("/articles/draft").status_code == 404
    answer = client.get("/old/secret")
    assert (answer.status_code, answer.location) == (301, "/articles/secret")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/old/late", "/articles/late"),
        ("/OLD/Late/", "/articles/late"),
        ("/old/late?from=mail&x=%20", "/articles/late?from=mail&x=%20"),
    ],
)
def test_old_addresses_lead_on(client: FlaskClient, url: str, location: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, answer.location) == (301, location)


def test_former_slugs_lead_on(client: FlaskClient, container: Container) -> None:
    write_files(container.settings.articles, {"delivery/late.md": article_file("Text", title="Late", slug="delayed")})
    container.sync.sync(container.settings.articles)
    answer = client.get("/articles/late")
    assert (answer.status_code, answer.location) == (301, "/articles/delayed")


def test_an_old_address_is_only_read(client: FlaskClient) -> None:
    assert client.post("/old/late").status_code in (404, 405)


def test_pictures(client: FlaskClient) -> None:
    drawing = client.get("/media/box.svg")
    assert (drawing.status_code, drawing.mimetype, drawing.data) == (200, "image/svg+xml", SVG)
    assert "sandbox" in drawing.headers["Content-Security-Policy"]
    assert drawing.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=3600" in drawing.headers["Cache-Control"]
    picture = client.get("/media/deep/p.png")
    assert (picture.mimetype, picture.data) == ("image/png", png())
    again = client.get("/media/box.svg", headers={"If-None-Match": drawing.headers["ETag"]})
    assert again.status_code == 304


def test_an_article_is_shown_with_the_index_missing(client: FlaskClient, container: Container) -> None:
    assert not container.settings.index_folder.exists()
    assert 'href="/articles/late"' in html_of(client, "/articles/track")


def test_an_article_in_another_language_says_so(client: FlaskClient, container: Container) -> None:
    write_files(container.settings.articles, {"delivery/spät.he.md": article_file("טקסט", title="איחור")})
    container.sync.sync(container.settings.articles)
    assert '<article lang="he" dir="rtl">' in html_of(client, "/articles/spät")
