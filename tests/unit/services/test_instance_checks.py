from __future__ import annotations

from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.errors import MailboxError
from portal.domain.health import CheckState
from portal.services.instance_checks import check_incoming_mail, check_names, check_python, check_room, is_local


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((3, 10, 9), CheckState.FAIL),
        ((3, 11, 0), CheckState.OK),
        ((3, 13, 9), CheckState.OK),
        ((3, 14, 0), CheckState.FAIL),
    ],
)
def test_only_versions_that_are_tested_are_well(version: tuple[int, int, int], state: CheckState) -> None:
    assert check_python(version).state is state


@pytest.mark.parametrize(
    ("free_bytes", "state"),
    [(0, CheckState.FAIL), (500_000_000, CheckState.WARN), (50_000_000_000, CheckState.OK)],
)
def test_room_on_the_disk(free_bytes: int, state: CheckState) -> None:
    assert check_room(free_bytes).state is state


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://localhost:8000", True), ("http://[::1]/", True), ("https://help.example", False), ("", False)],
)
def test_local_addresses(url: str, local: bool) -> None:
    assert is_local(url) is local


def test_settings_that_nobody_reads_are_named_with_what_was_meant(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert check_names({"PORTAL_SITE_NAME": "x", "HOME": "/"}, file).state is CheckState.OK
    file.write_text("# PORTAL_COMMENT=1\nexport PORTAL_SMTP_HOTS=mail\nPORTAL_COMPANY_NAME=Example\n")
    check = check_names({"PORTAL_XYZZY": "1"}, file)
    assert check.state is CheckState.WARN
    assert check.message == "not read: PORTAL_SMTP_HOTS (did you mean PORTAL_SMTP_HOST?), PORTAL_XYZZY"


def test_incoming_mail_is_looked_at(container: Container) -> None:
    def broken() -> None:
        raise MailboxError("The mailbox could not be read: refused")

    def well() -> None:
        return None

    settings = container.settings
    assert check_incoming_mail(settings, broken).state is CheckState.OK
    with_mailbox = settings.model_copy(update={"imap_host": "imap.ostrel.example"})
    assert check_incoming_mail(with_mailbox, broken).state is CheckState.FAIL
    assert check_incoming_mail(with_mailbox, well).state is CheckState.WARN
    whole = with_mailbox.model_copy(update={"reply_address": "help@ostrel.example"})
    assert check_incoming_mail(whole, well).message == "at help@ostrel.example"
