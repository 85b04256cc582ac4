from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.storage.database import Database
from tests.cast import Cast, Person
from tests.search_builders import put_article
from tests.service_history import live_a_past

SignIn = Callable[[FlaskClient, Person], None]
TABLES = ("first-reply", "solution", "backlog", "satisfaction", "articles", "agents")


@pytest.fixture
def _past(container: Container, database: Database, clock: FrozenClock, cast: Cast) -> None:
    put_article(database, "hub-offline", "=HYPERLINK(evil)")
    live_a_past(database, clock.now(), requests=120, agents=[cast.ben.user.id], articles=["hub-offline"], days=20)


def page(client: FlaskClient, path: str = "/insights/service") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_empty_instance_says_so(agent: FlaskClient) -> None:
    assert "Nothing to count yet" in page(agent)
    assert agent.get("/insights/").headers["Location"] == "/insights/service"


@pytest.mark.usefixtures("_past")
def test_figures_come_with_formula_n_and_chart(agent: FlaskClient) -> None:
    text = page(agent)
    for words in ("Time to the first reply", "Live chat", "Account matter", "90th percentile", "n = ", "Ben Okafor"):
        assert words in text
    assert text.count('<svg class="chart__bar"') > 10
    assert 'role="img" aria-label="Requests not solved, day by day' in text
    assert " style=" not in text


@pytest.mark.usefixtures("_past")
def test_too_few_say_so_and_show_no_number(agent: FlaskClient, clock: FrozenClock, database: Database) -> None:
    with database.work() as work:
        work.session.connection().exec_driver_sql(
            "DELETE FROM ratings WHERE conversation_id NOT IN (SELECT conversation_id FROM ratings LIMIT 3)"
        )
    text = page(agent, "/insights/service?days=90")
    assert "too few to say (n = 3)" in text


@pytest.mark.parametrize("days", ["7", "90", "12", "abc", "-1", "99999999999999999999"])
def test_periods(agent: FlaskClient, days: str) -> None:
    page(agent, f"/insights/service?days={days}")


@pytest.mark.usefixtures("_past")
@pytest.mark.parametrize("name", TABLES)
def test_each_table_comes_for_a_spreadsheet(agent: FlaskClient, name: str) -> None:
    answer = agent.get(f"/insights/service/{name}.csv?days=30")
    assert answer.mimetype == "text/csv"
    assert f"{name}-30-days.csv" in answer.headers["Content-Disposition"]
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_there_is_no_other_table(agent: FlaskClient) -> None:
    assert agent.get("/insights/service/passwords.csv").status_code == 404


def test_customers_stay_out(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.ada)
    for path in ("/insights/service", "/insights/service/agents.csv"):
        assert client.get(path).status_code == 403
