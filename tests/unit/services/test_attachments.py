from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.attachments import FileProblem, Upload
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Conversation
from portal.domain.errors import NotFound, RefusedFile
from portal.domain.users import Viewer
from tests.conversation_builders import new_conversation
from tests.file_samples import EXE, PNG

PICTURE = Upload(file_name="../hub.png", content=PNG)


def stored(container: Container) -> list[Path]:
    return [file for file in container.settings.attachments_folder.rglob("*") if file.is_file()]


def with_picture(container: Container, **values: object) -> Conversation:
    files = container.attachments.keep([PICTURE])
    with container.database.work() as work:
        return work.conversations.add(new_conversation(2, files=files, **values))


def test_a_file_is_kept_under_a_random_name(container: Container) -> None:
    (file,) = container.attachments.keep([PICTURE])
    assert (file.file_name, file.media_type, file.size_bytes) == ("hub.png", "image/png", len(PNG))
    (on_disk,) = stored(container)
    assert on_disk.name == file.stored_name
    assert on_disk.read_bytes() == PNG


def test_one_bad_file_keeps_all_out(container: Container) -> None:
    with pytest.raises(RefusedFile) as caught:
        container.attachments.keep([PICTURE, Upload(file_name="holiday.png", content=EXE)])
    assert (caught.value.file_name, caught.value.problem) == ("holiday.png", FileProblem.DISGUISED)
    assert caught.value.field == "files"
    assert stored(container) == []


def test_too_many_and_too_large(container: Container) -> None:
    with pytest.raises(RefusedFile) as caught:
        container.attachments.keep([PICTURE] * 6)
    assert caught.value.problem is FileProblem.TOO_MANY
    large = Upload(file_name="large.png", content=PNG + bytes(container.settings.max_attachment_bytes))
    with pytest.raises(RefusedFile) as caught:
        container.attachments.keep([large])
    assert caught.value.problem is FileProblem.TOO_LARGE
    assert container.attachments.keep([]) == ()


def test_a_file_is_opened_by_those_who_may_see_its_request(container: Container) -> None:
    conversation = with_picture(container, user_id=7)
    name = conversation.messages[0].files[0].stored_name
    token = container.private_links.token(conversation)
    files = container.attachments
    for opened in (
        files.customer_file(token, Viewer(), name),
        files.customer_file(conversation.reference, Viewer(user_id=7), name),
        files.agent_file(conversation.reference, name),
    ):
        assert opened.path.read_bytes() == PNG
    for key, viewer, wanted in (
        (conversation.reference, Viewer(user_id=8), name),
        (conversation.reference, Viewer(), name),
        (token + "x", Viewer(user_id=7), name),
        (token, Viewer(), "ab" * 16),
        (token, Viewer(), "../../portal.sqlite3"),
    ):
        with pytest.raises(NotFound):
            files.customer_file(key, viewer, wanted)


def test_a_file_that_is_missing_on_the_disk_is_not_found(container: Container) -> None:
    conversation = with_picture(container)
    stored(container)[0].unlink()
    with pytest.raises(NotFound):
        container.attachments.agent_file(conversation.reference, conversation.messages[0].files[0].stored_name)


def test_files_without_a_message_go_after_a_day(container: Container, clock: FrozenClock) -> None:
    conversation = with_picture(container)
    container.attachments.keep([PICTURE])
    for file in stored(container):
        written_at = clock.now().timestamp()
        os.utime(file, (written_at, written_at))
    assert container.attachments.remove_orphans() == 0
    clock.move(timedelta(days=1, minutes=1))
    assert container.attachments.remove_orphans() == 1
    assert [file.name for file in stored(container)] == [conversation.messages[0].files[0].stored_name]
