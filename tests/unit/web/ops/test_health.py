from __future__ import annotations

from flask.testing import FlaskClient

from portal.container import Container


def test_a_process_that_answers_is_up_whatever_else_is_broken(client: FlaskClient, container: Container) -> None:
    container.database.dispose()
    (container.settings.instance / "portal.sqlite3").unlink()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "up"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_missing_index_is_told_and_does_not_send_visitors_away(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ready"
    assert answer.json["index_problem"] == "index_missing"


def test_a_missing_database_does(client: FlaskClient, container: Container) -> None:
    container.database.dispose()
    (container.settings.instance / "portal.sqlite3").unlink()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "empty"
