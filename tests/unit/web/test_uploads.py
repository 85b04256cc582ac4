"""Files come in by three forms, and go out only as downloads to those who may have them."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.container import Container
from portal.domain.conversations import Conversation
from portal.web.uploads import FILE_POLICY, size_words
from tests.cast import Person
from tests.conversation_builders import new_conversation
from tests.file_samples import EXE, PNG, SVG

SignIn = Callable[[FlaskClient, Person], None]
TEXT = "Here is what the hub shows."


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request of a stranger."""
    with container.database.work() as work:
        return work.conversations.add(new_conversation(2))


@pytest.fixture
def link(container: Container, conversation: Conversation) -> str:
    """Its private link."""
    return f"/requests/{container.private_links.token(conversation)}"


def send(client: FlaskClient, path: str, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    parts = [(io.BytesIO(content), name) for name, content in files]
    return client.post(path, data={"message": TEXT, **fields, "files": parts}, content_type="multipart/form-data")


def only_file(container: Container, conversation: Conversation) -> str:
    with container.database.read() as work:
        ((file,),) = [message.files for message in work.conversations.get(conversation.id).messages if message.files]
    return file.stored_name


def test_a_customer_sends_a_picture_and_gets_it_back(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    assert send(client, link, ("hub.png", PNG)).status_code == 303
    name = only_file(container, conversation)
    page = unescape(client.get(link).get_data(as_text=True))
    assert "hub.png" in page
    assert f"{link}/pictures/{name}" in page
    download = client.get(f"{link}/files/{name}")
    assert download.data == PNG
    assert download.headers["Content-Disposition"] == "attachment; filename=hub.png"
    assert download.headers["Content-Type"] == "image/png"
    assert download.headers["Content-Security-Policy"] == FILE_POLICY
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert download.headers["Cache-Control"] == "no-store"
    assert download.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{link}/pictures/{name}").headers["Content-Disposition"].startswith("inline;")


def test_only_pictures_are_shown(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    send(client, link, ("notes.txt", b"It blinks."))
    name = only_file(container, conversation)
    assert client.get(f"{link}/pictures/{name}").status_code == 404
    assert client.get(f"{link}/files/{name}").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_file_of_another_request_is_not_found(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    send(client, link, ("hub.png", PNG))
    name = only_file(container, conversation)
    with container.database.work() as work:
        other = work.conversations.add(new_conversation(3))
    assert client.get(f"/requests/{container.private_links.token(other)}/files/{name}").status_code == 404
    assert client.get(f"/requests/{conversation.reference}/files/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("holiday.png", EXE, "holiday.png does not hold what its name says"),
        ("holiday.png", SVG, "holiday.png does not hold what its name says"),
        ("logo.svg", SVG, "We cannot take files like logo.svg"),
        ("video.mp4", bytes(10_000_001), "video.mp4 is too large: a file may have 10 MB"),
        ("video.mp4", bytes(30_000_000), "video.mp4 is too large: a file may have 10 MB"),
    ],
    ids=["program", "script", "drawing", "just too large", "30 MB"],
)
def test_a_refused_file_is_told_beside_its_field_and_the_text_is_kept(
    client: FlaskClient,
    container: Container,
    conversation: Conversation,
    link: str,
    name: str,
    content: bytes,
    said: str,
) -> None:
    response = send(client, link, (name, content))
    page = unescape(response.get_data(as_text=True))
    assert response.status_code == 200
    assert said in page
    assert TEXT in page
    with container.database.read() as work:
        assert len(work.conversations.get(conversation.id).messages) == 1


def test_a_request_with_more_than_all_files_may_have_is_refused_with_a_page_that_says_what_may_come(
    strict_app: Flask, link: str
) -> None:
    response = send(strict_app.test_client(), link, ("a.mp4", bytes(51_000_001)))
    page = unescape(response.get_data(as_text=True))
    assert response.status_code == 413
    assert "Up to 5 files of 10 MB each: png, jpg" in page


def test_forms_without_files_stay_small(strict_app: Flask) -> None:
    response = strict_app.test_client().post("/sign-in", data={"email": "a" * 1_000_001})
    assert response.status_code == 413
    assert "files of 10 MB" not in response.get_data(as_text=True)


def test_the_hand_off_takes_files(client: FlaskClient, container: Container) -> None:
    response = send(client, "/talk-to-a-human", ("hub.png", PNG), email="ada@ostrel.example")
    assert response.status_code == 303
    page = client.get(response.headers["Location"].replace("/talk-to-a-human/received", "/requests"))
    assert "hub.png" in page.get_data(as_text=True)


def test_an_agent_sends_a_file_and_sees_those_of_customers(
    client: FlaskClient, container: Container, conversation: Conversation, ben: Person, sign_in: SignIn
) -> None:
    sign_in(client, ben)
    path = f"/agents/requests/{conversation.reference}"
    assert send(client, path, ("steps.png", PNG)).status_code == 303
    name = only_file(container, conversation)
    assert f"{path}/files/{name}" in client.get(path).get_data(as_text=True)
    assert client.get(f"{path}/files/{name}").data == PNG
    assert client.get(f"{path}/pictures/{name}").data == PNG


def test_a_form_without_files_is_as_before(client: FlaskClient, link: str) -> None:
    assert client.post(link, data={"message": TEXT}).status_code == 303
    assert send(client, link, ("", b"")).status_code == 303


def test_sizes_are_said_as_people_do(app: Flask) -> None:
    with app.test_request_context():
        assert [size_words(size) for size in (1, 950_000, 1_000_000, 1_440_000)] == ["1 KB", "950 KB", "1 MB", "1.4 MB"]
