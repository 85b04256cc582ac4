from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.demo import DEMO_PEOPLE
from portal.domain.errors import PortalError, SetupError
from portal.domain.health import Check, CheckState, worst_state
from portal.domain.jobs import JobKind
from portal.services.diagnosis import DiagnosisService, Instruments
from portal.settings import Settings
from search_index import DegradedReason, EngineStatus, ModelNotFound, ModelSource
from tests.conftest import NOON

OK, WARN, FAIL = CheckState.OK, CheckState.WARN, CheckState.FAIL

WELL = EngineStatus(generation="g1", articles=3, passages=9, model="small", problem=None, detail="")


def _nothing() -> None:
    return None


def _no_model() -> ModelSource:
    raise ModelNotFound("There is no model in /nowhere. Install one.")


def _broken() -> None:
    raise PortalError("The server could not be used.")


INSTRUMENTS = Instruments(
    engine_status=lambda: WELL,
    find_model=_no_model,
    check_mail_server=_nothing,
    check_mailbox=_nothing,
    check_settings=_nothing,
    list_demo_people=lambda: (),
)


def _run(container: Container, settings: Settings | None = None, **changes: object) -> dict[str, Check]:
    instruments = replace(INSTRUMENTS, **changes)  # type: ignore[arg-type]
    service = DiagnosisService(settings or container.settings, container.database, container.clock, instruments)
    return {check.name: check for check in service.run()}


def test_a_fresh_instance_lacks_articles_and_nothing_else_fails(container: Container) -> None:
    container.settings.instance.chmod(0o700)
    checks = _run(container)
    assert [name for name, check in checks.items() if check.state is FAIL] == ["Published"]
    assert checks["Database"].message.startswith("revision")
    assert checks["Index"].message == "3 articles, 9 passages, generation g1"


def test_everything_that_is_not_well_has_a_way_out(container: Container) -> None:
    for check in _run(container).values():
        assert check.message
        assert check.state is OK or check.way_out or check.name == "Settings"


def test_an_open_instance_is_told(container: Container) -> None:
    container.settings.instance.chmod(0o755)
    assert "chmod 700" in _run(container)["Instance"].way_out


def test_a_key_that_others_can_read_fails(container: Container) -> None:
    file = container.settings.secret_key_file
    file.write_text("x" * 40)
    file.chmod(0o644)
    settings = container.settings.model_copy(update={"secret_key": Settings(_env_file=None).secret_key})
    assert _run(container, settings)["Secret key"].state is FAIL
    file.chmod(0o600)
    assert _run(container, settings)["Secret key"].state is OK
    file.unlink()
    assert "portal init" in _run(container, settings)["Secret key"].way_out


@pytest.mark.parametrize(
    ("problem", "index", "encoder"),
    [
        (DegradedReason.INDEX_MISSING, FAIL, WARN),
        (DegradedReason.INDEX_CORRUPT, FAIL, WARN),
        (DegradedReason.ENCODER_MISSING, OK, WARN),
        (DegradedReason.VECTORS_MISSING, OK, WARN),
    ],
)
def test_the_engine_is_asked(
    container: Container, problem: DegradedReason, index: CheckState, encoder: CheckState
) -> None:
    status = replace(WELL, problem=problem, detail="It is broken.")
    checks = _run(container, engine_status=lambda: status)
    assert (checks["Index"].state, checks["Encoder"].state) == (index, encoder)


def test_a_reranker_is_looked_at_where_one_is_set(container: Container) -> None:
    settings = container.settings.model_copy(update={"reranker_model": "some/model"})
    assert (_run(container)["Reranker"].state, _run(container)["Reranker"].message) == (OK, "none is set")
    works = replace(WELL, reranker="model")
    assert _run(container, settings, engine_status=lambda: works)["Reranker"].message == "model"
    fails = replace(WELL, reranker_problem="It was not exported yet.")
    check = _run(container, settings, engine_status=lambda: fails)["Reranker"]
    assert (check.state, check.way_out) == (WARN, "It was not exported yet.")


def test_a_missing_model_says_what_to_do(container: Container) -> None:
    assert _run(container)["Model"].way_out == "There is no model in /nowhere. Install one."


def test_a_mail_server_is_tried_where_one_is_set(container: Container) -> None:
    assert _run(container)["Mail server"].state is WARN
    settings = container.settings.model_copy(update={"smtp_host": "mail.example"})
    assert _run(container, settings)["Mail server"].message == "mail.example:587"
    assert _run(container, settings, check_mail_server=_broken)["Mail server"].state is FAIL


def test_a_worker_that_is_not_there_is_noticed(container: Container, clock: FrozenClock) -> None:
    with container.database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOON)
    assert _run(container)["Worker"].state is OK
    clock.move(timedelta(minutes=10))
    assert _run(container)["Worker"].message == "a job has been waiting for 10 min"


def test_jobs_given_up_are_counted(container: Container) -> None:
    with container.database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOON)
        job = work.jobs.claim(NOON)
        assert job is not None
        work.jobs.bury(job.id, error="x")
    assert _run(container)["Worker"].way_out == "See /admin/jobs."


def test_published_passwords_are_fine_at_home_alone(container: Container) -> None:
    def people() -> object:
        return DEMO_PEOPLE

    assert _run(container, list_demo_people=people)["Demonstration"].state is OK
    public = container.settings.model_copy(update={"public_url": "https://help.example", "secure_cookies": True})
    assert _run(container, public, list_demo_people=people)["Demonstration"].state is FAIL


@pytest.mark.parametrize(
    ("url", "secure", "state"),
    [
        ("http://127.0.0.1:8000", False, OK),
        ("http://help.example", False, WARN),
        ("https://help.example", False, WARN),
        ("https://help.example", True, OK),
    ],
)
def test_cookies_are_guarded_as_the_address_asks(
    container: Container, url: str, secure: bool, state: CheckState
) -> None:
    settings = container.settings.model_copy(update={"public_url": url, "secure_cookies": secure})
    assert _run(container, settings)["Addresses"].state is state


def test_articles_are_looked_for(container: Container) -> None:
    folder: Path = container.settings.articles
    assert "PORTAL_ARTICLES" in _run(container)["Articles"].way_out
    folder.mkdir()
    assert _run(container)["Articles"].state is WARN
    (folder / "a.md").write_text("# A")
    assert _run(container)["Articles"].message.startswith("1 files")


def test_a_setting_that_cannot_be_used_is_named(container: Container) -> None:
    def refuse() -> None:
        raise SetupError("PORTAL_BUSINESS_HOURS: “mon” has no hours.")

    assert "PORTAL_BUSINESS_HOURS" in _run(container, check_settings=refuse)["Settings"].message


def test_nothing_makes_the_doctor_faint(container: Container) -> None:
    def faint() -> None:
        raise RuntimeError("boom\nwith a second line")

    checks = _run(container, engine_status=faint, find_model=faint, list_demo_people=faint)
    assert checks["Index"].message == "could not be looked at: RuntimeError: boom"
    container.database.dispose()
    (container.settings.instance / "portal.sqlite3").unlink()
    without = _run(container)
    assert without["Database"].state is FAIL
    assert "Worker" not in without


def test_the_worst_state_counts() -> None:
    check = Check(name="x", state=OK, message="")
    assert worst_state(()) is OK
    assert worst_state((check, replace(check, state=FAIL), replace(check, state=WARN))) is FAIL
