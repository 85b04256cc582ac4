"""Writers see what customers lack, and work on it until it is proved to help."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.gaps import Gap, GapState
from portal.domain.searches import FailedKind
from portal.web.writers.gap_words import trend_bars
from search_index import Verdict
from tests.cast import Cast, Person
from tests.gap_builders import fail, find_by_hashing, gaps, wordings
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]
PIANO = ("do you sell pianos", "pianos sell you do")


@pytest.fixture
def piano(container: Container) -> Gap:
    """A gap of two wordings, beside a smaller one."""
    open_help_centre(container, verdict=Verdict.ANSWERED)
    find_by_hashing(container)
    fail(container, PIANO[0], times=3)
    fail(container, PIANO[1], kind=FailedKind.HANDED_OFF)
    fail(container, "submarine tickets", locale="de")
    container.gap_finding.refresh()
    return next(gap for gap in gaps(container) if gap.figures.searches > 1)


@pytest.fixture
def writer(client: FlaskClient, cast: Cast, sign_in: SignIn) -> FlaskClient:
    sign_in(client, cast.chloe)
    return client


def now(container: Container, gap: Gap) -> Gap:
    return next(each for each in gaps(container) if each.id == gap.id)


def test_writers_come_to_the_gaps_first(writer: FlaskClient) -> None:
    assert writer.get("/writers/").headers["Location"].endswith("/writers/gaps")
    assert "No open gaps" in writer.get("/writers/gaps").text


@pytest.mark.parametrize("path", ["/writers/gaps", "/writers/gaps/1", "/writers/gaps/1.md"])
def test_agents_are_turned_away(client: FlaskClient, cast: Cast, sign_in: SignIn, path: str) -> None:
    sign_in(client, cast.ben)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("deed", ["state", "plan", "article", "name", "merge", "split", "replay"])
def test_gaps_that_do_not_exist_are_not_found(writer: FlaskClient, deed: str) -> None:
    fields = {"state": "planned", "article_id": "hub-offline", "name": "x", "other": "2", "wording": "x"}
    assert writer.post(f"/writers/gaps/99/{deed}", data=fields).status_code == 404
    assert writer.get("/writers/gaps/99").status_code == 404
    assert writer.get("/writers/gaps/99.md").status_code == 404
    assert writer.get("/writers/gaps/forged").status_code == 404


def test_the_list_is_ranked_and_shows_its_arithmetic(writer: FlaskClient, piano: Gap) -> None:
    text = writer.get("/writers/gaps").text
    assert text.index("Do you sell pianos?") < text.index("Submarine tickets?")
    assert "4 people × 2 min + 1 hand-off × 10 min = 18 min" in text
    assert "Failed searches in the last 12 weeks, the oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4" in text
    assert "style=" not in text


def test_the_list_can_be_narrowed(writer: FlaskClient, container: Container, piano: Gap, chloe: Person) -> None:
    container.gaps.set_state(piano.id, GapState.DRAFTED, chloe.viewer)
    assert "Do you sell pianos?" in writer.get("/writers/gaps?state=drafted").text
    assert "Do you sell pianos?" not in writer.get("/writers/gaps?state=new").text
    assert "No gap is in this state" in writer.get("/writers/gaps?state=verified").text
    assert "Do you sell pianos?" in writer.get("/writers/gaps?state=forged&page=x").text


def test_one_gap_shows_wordings_and_suspicion(writer: FlaskClient, piano: Gap) -> None:
    text = writer.get(f"/writers/gaps/{piano.id}?find=return").text
    assert "Do you sell pianos?" in text
    assert "Why they do not find it" in text
    assert "Return an item" in text
    assert "How to add synonyms" in text


def test_the_outline_is_a_markdown_file_in_their_words(writer: FlaskClient, piano: Gap) -> None:
    answer = writer.get(f"/writers/gaps/{piano.id}.md")
    assert "attachment; filename=do-you-sell-pianos.md" in answer.headers["Content-Disposition"]
    assert answer.text.startswith('---\nid: "do-you-sell-pianos"\ntitle: "Do you sell pianos?"\n')
    assert "- Pianos sell you do?" in answer.text
    assert "## Problem" in answer.text
    assert "## Answer" in answer.text


def test_a_gap_is_planned_dismissed_and_opened_again(
    writer: FlaskClient, container: Container, piano: Gap, chloe: Person
) -> None:
    url = f"/writers/gaps/{piano.id}"
    writer.post(f"{url}/plan", data={"owner": str(chloe.user.id), "due": "2026-12-24"})
    planned = now(container, piano)
    assert (planned.state, planned.owner_name, str(planned.due)) == (GapState.PLANNED, chloe.user.name, "2026-12-24")
    said = writer.post(f"{url}/state", data={"state": "dismissed"}, follow_redirects=True).text
    assert "Please say why" in said
    writer.post(f"{url}/state", data={"state": "dismissed", "reason": "We sell none."})
    assert (now(container, piano).state, now(container, piano).reason) == (GapState.DISMISSED, "We sell none.")
    writer.post(f"{url}/state", data={"state": "new"})
    assert [note.by for note in now(container, piano).history] == [chloe.user.name] * 3


@pytest.mark.parametrize(
    ("deed", "fields", "said"),
    [
        ("state", {"state": "verified"}, "cannot be made verified by hand"),
        ("state", {"state": "forged"}, "Please choose what becomes"),
        ("plan", {"due": "tomorrow"}, "Please give the day"),
        ("plan", {"owner": "1"}, "somebody who may write"),
        ("name", {"name": " \x00 "}, "Please give the gap a name"),
        ("name", {"name": "x" * 201}, "at most 200 characters"),
        ("split", {}, "Please choose some of the wordings"),
        ("split", {"wording": list(PIANO)}, "leave at least one"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(
    writer: FlaskClient, container: Container, piano: Gap, deed: str, fields: dict[str, str], said: str
) -> None:
    answer = writer.post(f"/writers/gaps/{piano.id}/{deed}", data=fields, follow_redirects=True)
    assert said in answer.text
    assert now(container, piano).state is GapState.NEW


def test_an_article_is_found_linked_and_taken_back(writer: FlaskClient, container: Container, piano: Gap) -> None:
    url = f"/writers/gaps/{piano.id}"
    assert writer.post(f"{url}/article", data={"article_id": "forged"}).status_code == 404
    writer.post(f"{url}/article", data={"article_id": "return-an-item"})
    assert (now(container, piano).article_id, now(container, piano).state) == ("return-an-item", GapState.PLANNED)
    assert "Return an item" in writer.get(url).text
    writer.post(f"{url}/article", data={"article_id": ""})
    assert now(container, piano).article_id == ""


def test_gaps_are_merged_split_and_named(writer: FlaskClient, container: Container, piano: Gap) -> None:
    url = f"/writers/gaps/{piano.id}"
    split = writer.post(f"{url}/split", data={"wording": [PIANO[1]]})
    new_id = int(split.headers["Location"].rpartition("/")[2])
    assert wordings(container, new_id) == {PIANO[1]}
    assert now(container, piano).figures.searches == 3
    said = writer.post(f"{url}/merge", data={"other": str(piano.id)}, follow_redirects=True).text
    assert "choose another gap" in said
    writer.post(f"{url}/merge", data={"other": str(new_id)})
    assert wordings(container, piano.id) == set(PIANO)
    writer.post(f"{url}/name", data={"name": "  Buying   a piano "})
    container.gap_finding.refresh()
    assert now(container, piano).name == "Buying a piano"


def test_its_searches_are_asked_again(writer: FlaskClient, container: Container, piano: Gap) -> None:
    url = f"/writers/gaps/{piano.id}"
    said = writer.post(f"{url}/replay", follow_redirects=True).text
    assert "2 wordings were asked again." in said
    assert "Before and after" in said


def test_a_week_without_searches_is_a_line() -> None:
    none, some, most = trend_bars((0, 1, 4))
    assert (none.height, none.y) == (1.0, 23.0)
    assert (some.height, most.height, most.y) == (6.0, 24.0, 0.0)
    assert trend_bars(()) == ()
