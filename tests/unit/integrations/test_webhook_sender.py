from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal.integrations.webhook_sender import (
    MAX_SHOWN,
    RefusedTarget,
    SenderLimits,
    WebhookSender,
    checked_addresses,
    fit_addresses,
)
from tests.http_target import Target, http_target

PATIENT = SenderLimits(allow_private=True, timeout_seconds=2, deadline_seconds=4)
HASTY = SenderLimits(allow_private=True, timeout_seconds=0.3, deadline_seconds=0.6)


@pytest.fixture
def target() -> Iterator[Target]:
    with http_target() as running:
        yield running


def answer_of(url: str, limits: SenderLimits = PATIENT) -> tuple[int | None, str]:
    answer = WebhookSender(limits, name="portal-test").send(url, b'{"a":1}', {"Portal-Event": "ping"})
    return answer.status_code, answer.error


def test_a_body_arrives_with_its_headers(target: Target) -> None:
    assert answer_of(f"{target.url}?x=1") == (200, "")
    taken = target.taken[0]
    assert (taken.path, taken.body) == ("/hook?x=1", b'{"a":1}')
    assert taken.headers["Portal-Event"] == "ping"
    assert taken.headers["User-Agent"] == "portal-test"
    assert taken.headers["Host"] == urlsplit(target.url).netloc


def test_the_name_is_looked_up_once_and_its_address_spoken_to(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at the second look (DNS rebinding) gains nothing: there is no second look."""
    looks: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: object, **options: object) -> object:
        looks.append(host)
        there = "127.0.0.1" if host == "hook.example" and len(looks) == 1 else host
        return real(there, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    port = urlsplit(target.url).port
    assert answer_of(f"http://hook.example:{port}/hook") == (200, "")
    assert target.taken[0].headers["Host"] == f"hook.example:{port}"
    assert looks.count("hook.example") == 1


def test_what_is_not_taken_is_told_with_a_few_words_of_the_answer(target: Target) -> None:
    target.answers, target.text = [500], b"<h1>broken</h1>\x00" + b"x" * 10_000
    status, error = answer_of(target.url)
    assert status == 500
    assert error.startswith("It answered 500: <h1>broken</h1>")
    assert len(error) < MAX_SHOWN + 40


def test_a_redirect_is_not_followed(target: Target) -> None:
    with http_target() as private:
        target.answers, target.headers = [302], {"Location": private.url}
        status, error = answer_of(target.url)
        assert status == 302
        assert "redirect" in error
        assert private.taken == []


def test_a_target_that_hangs_is_left(target: Target) -> None:
    target.hang_seconds = 5
    assert answer_of(target.url, HASTY) == (None, "No answer: it took too long.")


def test_a_target_that_drips_is_cut_off(target: Target) -> None:
    target.drip = True
    assert answer_of(target.url, HASTY) == (None, "No answer: it took too long.")


def test_a_target_that_is_not_there(target: Target) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        status, error = answer_of(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (status, error.split(":")[0]) == (None, "Not reached")


def test_plain_http_does_not_pass_for_tls(target: Target) -> None:
    status, error = answer_of(target.url.replace("http:", "https:"))
    assert (status, error.split(":")[0]) == (None, "Not reached")
    assert target.taken == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "2130706433",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
    ],
)
def test_addresses_of_this_machine_its_network_and_its_cloud_are_refused(host: str) -> None:
    with pytest.raises(RefusedTarget, match=r"not a public address|not known"):
        checked_addresses(urlsplit(f"https://{host}/"), allow_private=False)


def test_one_private_address_among_public_ones_spoils_them_all() -> None:
    assert len(fit_addresses(["93.184.216.34", "93.184.216.34", "2606:4700::1"], allow_private=False)) == 2
    with pytest.raises(RefusedTarget, match=r"10\.0\.0\.1"):
        fit_addresses(["93.184.216.34", "10.0.0.1"], allow_private=False)
    with pytest.raises(RefusedTarget):
        fit_addresses([], allow_private=True)


def test_a_refused_target_is_never_connected_to(target: Target) -> None:
    status, error = answer_of(target.url, SenderLimits(allow_private=False))
    assert (status, error) == (None, "Refused: 127.0.0.1 is not a public address.")
    assert target.taken == []


def test_proxies_of_the_environment_are_not_asked(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert answer_of(target.url) == (200, "")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate of this test")
def test_a_certificate_must_be_trusted_and_be_that_of_the_name(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to an address, the certificate is checked against the name."""
    with tls_in_front(target, tmp_path) as port:
        status, error = answer_of(f"https://localhost:{port}/hook")
        assert status is None
        assert "CERTIFICATE_VERIFY_FAILED" in error
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert answer_of(f"https://localhost:{port}/hook") == (200, "")
        status, error = answer_of(f"https://127.0.0.1:{port}/hook")
        assert status is None
        assert "mismatch" in error or "doesn't match" in error
    assert len(target.taken) == 1


@contextmanager
def tls_in_front(target: Target, folder: Path) -> Iterator[int]:
    """Let the target be reached by TLS too, with a certificate for localhost; yields the port."""
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with http_target(context, taken=target.taken) as behind:
        yield urlsplit(behind.url).port or 0
