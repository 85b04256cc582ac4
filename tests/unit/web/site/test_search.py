"""The result page says what it found in its face, its words and its links."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.articles import Audience
from portal.domain.clock import FrozenClock
from portal.domain.searches import FailedKind, Surface
from portal.storage.rows import SearchRow
from search_index import HashingEncoder, PastQuery, SearchEngine, Verdict, save_past_queries
from tests.cast import Cast, Person
from tests.help_centre import open_help_centre
from tests.search_builders import put_article

SECRET = "agents-refund-orders"
SignIn = Callable[[FlaskClient, Person], None]


def html_of(client: FlaskClient, query: str) -> str:
    answer = client.get("/search", query_string={"q": query})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def count_logged(container: Container) -> int:
    with container.database.read() as work:
        return work.session.query(SearchRow).count()


def failed_queries(container: Container) -> dict[str, tuple[FailedKind, ...]]:
    with container.database.read() as work:
        since = container.clock.now() - timedelta(days=9)
        return {each.sample: each.kinds for each in work.failed_searches.list_groups(since, limit=9)}


def place_of_human(main: str) -> int:
    return main.index("Talk to a human")


def test_an_answer_stands_quoted_above_the_list_with_its_words_marked(
    client: FlaskClient, container: Container
) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    html = main_of(html_of(client, "hub amber ring"))
    assert 'class="answer"' in html
    assert "<mark>" in html
    assert re.search(r'href="/articles/hub-offline\?s=[0-9a-f]{32}#check-the-ring"', html)
    assert "verdict--" not in html
    assert html.index('class="answer"') < place_of_human(html)
    assert re.search(
        r'<button[^>]* data-copy="http://localhost/articles/hub-offline#check-the-ring"[^>]* hidden>', html
    )


def test_no_answer_is_quoted_from_an_article_the_viewer_may_not_see(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, {SECRET: "public"}, verdict=Verdict.ANSWERED)
    html = main_of(html_of(client, "refund by hand payment console"))
    assert 'class="answer"' not in html
    assert "zanzibar" not in html


def test_perhaps_an_answer_says_so_and_offers_the_human_first(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.UNSURE)
    html = main_of(html_of(client, "hub offline"))
    assert "verdict--unsure" in html
    assert "We are not certain they answer your question." in html
    assert "/talk-to-a-human?reason=unsure" in html
    assert place_of_human(html) < html.index('class="hits"')
    assert 'class="answer"' not in html


def test_no_answer_puts_the_human_first_and_labels_the_nearest(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    html = main_of(html_of(client, "hub offline"))
    assert "We have no article on this yet" in html
    assert "verdict--no_answer" in html
    assert "/talk-to-a-human?reason=no_answer" in html
    assert place_of_human(html) < html.index("The nearest we have") < html.index('class="hits"')


def test_search_down_says_so_and_leads_to_the_human(client: FlaskClient) -> None:
    html = main_of(html_of(client, "hub offline"))
    assert "verdict--down" in html
    assert "nothing you typed is lost" in html
    assert "/talk-to-a-human?reason=search_down" in html


def test_a_corrupt_index_is_search_down_too(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    shutil.rmtree(container.settings.index_folder / "generations")
    container.search_engine = SearchEngine(container.settings.index_folder, HashingEncoder())
    assert "verdict--down" in html_of(client, "hub offline")


def test_keyword_mode_looks_like_any_other_to_a_customer(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    container.search_engine = SearchEngine(container.settings.index_folder, None)
    html = html_of(client, "hub offline")
    assert 'class="answer"' in html
    assert 'class="banner"' not in html


def test_whoever_asks_for_a_human_is_led_to_one(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    html = main_of(html_of(client, "let me talk to a real person"))
    assert "A person will help you" in html
    assert "/talk-to-a-human?reason=asked_for_human" in html


def test_the_third_search_in_vain_brings_the_human(
    client: FlaskClient, container: Container, clock: FrozenClock
) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    for text in ("hub offline", "ring is amber"):
        assert "Shall we look at it together?" not in html_of(client, text)
        clock.move(timedelta(minutes=1))
    html = main_of(html_of(client, "no internet"))
    assert "Shall we look at it together?" in html
    assert "/talk-to-a-human?reason=rephrased" in html
    assert place_of_human(html) < html.index('class="hits"')


def test_did_you_mean_is_a_link(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.UNSURE)
    assert 'href="/search?q=return+label"' in html_of(client, "retrun label")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("hello there", "Hello, and you are welcome"),
        ("thank you so much!", "Hello, and you are welcome"),
        ("asdfgh qwert", "We could not read that"),
    ],
)
@pytest.mark.parametrize("verdict", [Verdict.ANSWERED, Verdict.NO_ANSWER])
def test_what_asks_nothing_gets_a_kind_sentence_and_ways_on(
    client: FlaskClient, container: Container, query: str, words: str, verdict: Verdict
) -> None:
    open_help_centre(container, verdict=verdict)
    html = html_of(client, query)
    main = main_of(html)
    assert words in main
    assert "Look through all topics" in main
    assert 'href="/talk-to-a-human"' in main
    assert html.count('role="search"') == 1, "whoever wants to ask finds the box"
    assert 'class="hits"' not in main
    assert "We have no article on this yet" not in main


def test_what_asks_nothing_has_not_failed(client: FlaskClient, container: Container, clock: FrozenClock) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    for query in ("hello there", "asdfgh qwert", "hello there"):
        html_of(client, query)
        clock.move(timedelta(minutes=1))
    clock.move(timedelta(days=1))
    container.failed_searches.settle_no_clicks()
    assert count_logged(container) == 3
    assert failed_queries(container) == {}


def test_what_asks_nothing_works_without_an_index_too(client: FlaskClient) -> None:
    assert "Hello, and you are welcome" in html_of(client, "good morning")


def test_whoever_greets_and_asks_for_a_human_is_led_to_one(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    main = main_of(html_of(client, "hello, can I talk to a person please"))
    assert "A person will help you" in main
    assert "/talk-to-a-human?reason=asked_for_human" in main


@pytest.mark.parametrize("verdict", [Verdict.ANSWERED, Verdict.UNSURE])
def test_quoted_words_that_stand_nowhere_are_searched_without_the_marks(
    client: FlaskClient, container: Container, verdict: Verdict
) -> None:
    open_help_centre(container, verdict=verdict)
    main = main_of(html_of(client, '"amber internet label"'))
    note = "No article has these very words in this order, so we searched without the quotation marks."
    assert main.index(note) < main.index("/articles/hub-offline")
    assert "Talk to a human" in main
    assert failed_queries(container) == {}


def test_quoted_words_that_stand_somewhere_need_no_note(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    main = main_of(html_of(client, '"amber ring"'))
    assert "without the quotation marks" not in main
    assert 'class="answer"' in main


@pytest.mark.parametrize("query", ["", "   ", "\x00", "\t\n"])
def test_a_blank_query_is_a_calm_prompt(client: FlaskClient, container: Container, query: str) -> None:
    open_help_centre(container)
    html = html_of(client, query)
    assert "What can we help you with?" in html
    assert html.count('role="search"') == 1
    assert "verdict--" not in html
    assert count_logged(container) == 0


@pytest.mark.parametrize(
    "query",
    [
        "x" * 10_000,
        "hub\x00offline",
        "😀 🔌",
        "لا يعمل جهازي",
        "退货 标签",
        "the of and to",
        "' OR 1=1 --",
        "%",
        "\ud800",
    ],
)
def test_no_query_breaks_the_page(client: FlaskClient, container: Container, query: str) -> None:
    open_help_centre(container)
    answer = client.get("/search?q=" + _percent(query))
    assert answer.status_code == 200
    assert count_logged(container) == 1


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def test_bytes_that_are_no_text_break_nothing(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    assert client.get("/search?q=%ff%fe%80").status_code == 200
    assert client.get("/search?q=a&q=b").status_code == 200
    assert client.get("/search?other=1").status_code == 200


def test_markup_in_a_query_stays_text(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    answer = client.get("/search", query_string={"q": "<script>alert(1)</script>"})
    assert b"<script>alert(1)" not in answer.data
    assert b"&lt;script&gt;" in answer.data


@pytest.mark.parametrize("labels", [{}, {SECRET: "public"}, {SECRET: "customers"}])
def test_an_agents_article_is_nowhere_on_a_customers_pages(
    client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn, labels: dict[str, str]
) -> None:
    open_help_centre(container, labels, verdict=Verdict.ANSWERED)
    customer = client.application.test_client()
    sign_in(customer, cast.ada)
    for browser in (client, customer):
        for query in ("zanzibar password", "refund orders by hand"):
            html = html_of(browser, query).replace(query, "")
            assert SECRET not in html
            assert "zanzibar" not in html
        for prefix in ("refund by", "agents"):
            assert browser.get("/suggest", query_string={"q": prefix}).get_json() == {"suggestions": []}
    agent = client.application.test_client()
    sign_in(agent, cast.ben)
    assert SECRET in html_of(agent, "zanzibar password")


def test_opening_a_hit_is_a_click_and_an_opened_article(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    found = re.search(r'href="(/articles/hub-offline\?s=([0-9a-f]{32}))#', html_of(client, "hub amber ring"))
    assert found is not None
    assert client.get(found[1]).status_code == 200
    with client.session_transaction() as session:
        journey = session["journey"]
    with container.database.read() as work:
        (recent,) = work.searches.list_recent(journey, Surface.SITE, container.clock.now())
        steps = work.journeys.journey_steps(journey).steps
    assert recent.clicked
    assert [step.detail for step in steps[1:]] == ["check-the-ring"]
    stranger = client.application.test_client()
    stranger.get(found[1])
    with stranger.session_transaction() as session, container.database.read() as work:
        assert work.journeys.search_that_led_to(session["journey"], "hub-offline") == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    ],
)
def test_machines_and_reading_ahead_are_no_readers(
    client: FlaskClient, container: Container, headers: dict[str, str]
) -> None:
    open_help_centre(container)
    assert client.get("/articles/hub-offline?s=nonsense", headers=headers).status_code == 200
    client.head("/articles/hub-offline")
    with client.session_transaction() as session:
        assert "journey" not in session


def test_a_locked_database_does_not_break_the_page(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    other = sqlite3.connect(container.settings.instance / "portal.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    html = html_of(client, "hub amber ring")
    other.rollback()
    other.close()
    assert 'href="/articles/hub-offline#check-the-ring"' in html


def test_suggestions_are_titles_and_headings_with_their_addresses(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    answer = client.get("/suggest?q=res")
    assert answer.get_json() == {
        "suggestions": [{"text": "Reset the Hub", "url": "/articles/hub-offline#reset-the-hub", "kind": "article"}]
    }
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert count_logged(container) == 0


def test_a_query_that_many_asked_is_suggested_as_what_it_is(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    past = PastQuery(text="reset my hub", article_id="hub-offline", locale="en", askers=4)
    save_past_queries(container.settings.index_folder, [past])
    found = client.get("/suggest?q=res").get_json()["suggestions"]
    assert found[0] == {"text": "reset my hub", "url": "/search?q=reset%20my%20hub", "kind": "query"}
    assert [each["kind"] for each in found[1:]] == ["article"]
    assert 'data-suggest-query="Searched before"' in client.get("/").text


@pytest.mark.parametrize("query", ["", "\x00", "x" * 10_000, "😀", "<script>", "退"])
def test_suggestions_never_fail(client: FlaskClient, container: Container, query: str) -> None:
    assert client.get("/suggest", query_string={"q": query}).get_json() == {"suggestions": []}
    open_help_centre(container)
    answer = client.get("/suggest", query_string={"q": query})
    assert answer.status_code == 200
    assert isinstance(json.loads(answer.data)["suggestions"], list)


def test_a_failed_search_is_noted(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    html_of(client, "do you sell pianos, ada@example.com?")
    assert failed_queries(container) == {"do you sell pianos, [email]?": (FailedKind.NO_ANSWER,)}


def test_what_staff_try_is_no_failed_search(
    client: FlaskClient, container: Container, cast: Cast, sign_in: Callable[[FlaskClient, Person], None]
) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    sign_in(client, cast.ben)
    html_of(client, "do you sell pianos")
    assert failed_queries(container) == {}


WHY = 'class="why"'


def why_of(client: FlaskClient, query: str, article: str = "") -> str:
    answer = client.get("/search", query_string={"q": query, "why": article})
    assert answer.status_code == 200
    html = unescape(answer.get_data(as_text=True))
    return html[html.index('<details class="why"') : html.rindex("</details>")] if WHY in html else ""


def test_customers_never_see_why(client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn) -> None:
    open_help_centre(container)
    customer = client.application.test_client()
    sign_in(customer, cast.ada)
    for browser in (client, customer):
        for article in ("", "hub-offline", SECRET):
            page = browser.get("/search", query_string={"q": "hub amber ring", "why": article})
            assert b"Why these results" not in page.data
            assert b"refund-orders" not in page.data
            assert b"Agents refund" not in page.data


@pytest.mark.parametrize("name", ["ben", "chloe", "dan"])
def test_those_who_work_here_see_why(
    client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn, name: str
) -> None:
    open_help_centre(container)
    sign_in(client, getattr(cast, name))
    told = why_of(client, "hub amber ring")
    assert told.startswith('<details class="why" id="why">')
    for words in ("Best passages", "Nearest sentences", "amber", "Score of the best article", "Sum"):
        assert words in told


def test_an_article_that_was_expected_is_told_of(
    client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn
) -> None:
    open_help_centre(container)
    sign_in(client, cast.ben)
    told = why_of(client, '"amber ring"', "Return an item")
    assert '<details class="why" id="why" open>' in told
    assert "It does not hold the words in quotation marks in this order." in told
    assert 'value="Return an item"' in told
    assert "It is in place 1 of the articles below." in why_of(client, "hub amber ring", "hub-offline")
    markup = client.get("/search", query_string={"q": "hub", "why": "<b>no such"})
    assert b"<b>" not in markup.data


def test_an_article_for_writers_is_not_named_to_an_agent(
    client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn
) -> None:
    open_help_centre(container)
    put_article(container.database, "writers-plan", title="The xylophone plan", audience=Audience.WRITERS)
    sign_in(client, cast.ben)
    told = why_of(client, "hub amber ring", "writers-plan")
    assert "No published article that you may see is called “writers-plan”." in told
    assert "xylophone" not in told
    writer = client.application.test_client()
    sign_in(writer, cast.chloe)
    assert "The xylophone plan" in why_of(writer, "hub amber ring", "writers-plan")


@pytest.mark.parametrize("query", ["", "hi", "let me talk to a real person", "asdfghjkl", "the of and to", "😀"])
def test_why_breaks_no_page(client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn, query: str) -> None:
    open_help_centre(container)
    sign_in(client, cast.ben)
    for article in ("", "hub-offline", "nothing"):
        why_of(client, query, article)


def test_what_must_not_wait_puts_a_person_before_every_article(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    html = client.get("/search", query_string={"q": "the hub was stolen"}).get_data(as_text=True)
    assert "This should not wait" in html
    assert html.index("This should not wait") < html.index('class="hits"')
    assert "answer__quote" not in html
    assert "This should not wait" not in client.get("/search?q=hub+offline").get_data(as_text=True)
