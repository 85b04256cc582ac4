from __future__ import annotations

import pytest

from portal.domain.attachments import (
    ENDINGS,
    MAX_FILE_NAME_LENGTH,
    AttachmentLimits,
    FileProblem,
    choose_file_problem,
    safe_file_name,
)

LIMITS = AttachmentLimits(max_bytes=100, max_count=2, types=frozenset({"image/png", "image/jpeg"}))


@pytest.mark.parametrize(
    ("name", "size", "media_type", "problem"),
    [
        ("hub.png", 100, "image/png", None),
        ("hub", 100, "image/png", None),
        ("hub.png", 101, "image/png", FileProblem.TOO_LARGE),
        ("hub.png", 0, "", FileProblem.EMPTY),
        ("hub.PNG", 50, "", FileProblem.DISGUISED),
        ("hub.jpeg", 50, "application/pdf", FileProblem.DISGUISED),
        ("setup.exe", 50, "", FileProblem.KIND),
        ("paper.pdf", 50, "application/pdf", FileProblem.KIND),
    ],
)
def test_why_a_file_is_refused(name: str, size: int, media_type: str, problem: FileProblem | None) -> None:
    assert choose_file_problem(name, size_bytes=size, media_type=media_type, limits=LIMITS) is problem


@pytest.mark.parametrize(
    ("name", "media_type", "safe"),
    [
        ("hub.png", "image/png", "hub.png"),
        ("Foto vom Gerät.JPG", "image/jpeg", "Foto vom Gerät.JPG"),
        ("setup.exe", "image/png", "setup.exe.png"),
        ("photo\u202egnp.exe", "text/plain", "photo gnp.exe.txt"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\ada\\hub.png", "image/png", "hub.png"),
        ('a"b\r\nSet-Cookie: c.png', "image/png", "a b Set-Cookie c.png"),
        (".png", "image/png", "png.png"),
        ("", "application/pdf", "file.pdf"),
        ("page.html", "text/plain", "page.html.txt"),
        ("broken\ud800.png", "image/png", "broken.png"),
    ],
)
def test_a_name_becomes_harmless_and_ends_as_the_content_does(name: str, media_type: str, safe: str) -> None:
    assert safe_file_name(name, media_type) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_file_name("x" * 500 + ".jpeg", "image/jpeg")
    assert len(name) == MAX_FILE_NAME_LENGTH
    assert name.endswith("x.jpeg")


def test_what_a_browser_would_run_is_on_no_list() -> None:
    assert not {"svg", "html", "htm", "js", "exe", "xhtml", "xml"} & {
        each for all_of in ENDINGS.values() for each in all_of
    }


def test_the_endings_that_are_taken() -> None:
    assert LIMITS.endings == ("png", "jpg", "jpeg", "jpe", "jfif")
    assert LIMITS.usual_endings == ("png", "jpg")
