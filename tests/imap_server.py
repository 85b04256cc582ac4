"""A real IMAP server for tests: Dovecot, without rights, on a port of its own, in a folder of its own."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.smtp_server import free_port

USER, PASSWORD = "help", "a password for the mailbox"
START_TIMEOUT_SECONDS = 20.0

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class LocalImap:
    """Starts and stops the server; its mails outlive a restart."""

    def __init__(self) -> None:
        self.port = free_port()
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="portal-imap-"))
        self._server: subprocess.Popen[bytes] | None = None
        self._write_config()

    def start(self) -> None:
        """Begin to listen."""
        command = [_dovecot(), "-F", "-c", str(self._folder / "dovecot.conf")]
        account = self._account
        dropped = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        self._server = subprocess.Popen(command, stderr=subprocess.DEVNULL, **dropped)  # type: ignore[call-overload]
        self._wait()

    def stop(self) -> None:
        """Stop listening; does nothing when it does not listen."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)
            self._server = None

    def remove(self) -> None:
        """End the server and delete all it had."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def client(self) -> imaplib.IMAP4:
        """Sign in as a person with a mail program does."""
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login(USER, PASSWORD)
        return imap

    def deliver(self, raw: bytes, *, flags: str = "", folder: str = "INBOX") -> None:
        """Put a mail into a folder."""
        imap = self.client()
        status, said = imap.append(folder, flags, imaplib.Time2Internaldate(time.time()), raw)
        assert status == "OK", said
        imap.logout()

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """Return the flags of the mails in a folder."""
        imap = self.client()
        number = int(imap.select(folder, readonly=True)[1][0] or 0)
        answer = imap.fetch("1:*", "(FLAGS)")[1] if number else []
        imap.logout()
        return [{flag.decode() for flag in imaplib.ParseFlags(each)} for each in answer if isinstance(each, bytes)]

    def create(self, folder: str) -> None:
        """Make a folder."""
        imap = self.client()
        imap.create(folder)
        imap.logout()

    def number_anew(self) -> None:
        """Forget the numbers of the mails, as after a restore: the server makes new ones (another UIDVALIDITY)."""
        self.stop()
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self._folder / "mail" / USER / name).unlink(missing_ok=True)
        time.sleep(1.1)  # the number is the second in which it was made
        self.start()

    def _write_config(self) -> None:
        group = grp.getgrgid(self._account.pw_gid).gr_name
        values = {
            "folder": self._folder,
            "port": self.port,
            "user": self._account.pw_name,
            "group": group,
            "uid": self._account.pw_uid,
            "gid": self._account.pw_gid,
        }
        (self._folder / "dovecot.conf").write_text(_CONFIG.format(**values))
        (self._folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        for name in ("mail", "home", "run", "state"):
            (self._folder / name).mkdir()
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.iterdir()):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                self.client().logout()
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.1)
            else:
                return
        log = self._folder / "log"
        raise RuntimeError(f"Dovecot did not start: {log.read_text() if log.exists() else 'it wrote no log'}")


def local_imap() -> LocalImap:
    """Make a server that does not listen yet; skips the test where Dovecot is not installed."""
    found = _dovecot()
    if not found:
        pytest.skip("Dovecot is not installed: run scripts/ensure-dovecot.sh, or apt-get install dovecot-imapd.")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3"):
        pytest.skip(f"Dovecot {version.split()[0]} wants a configuration that this test does not write; 2.3 is needed.")
    return LocalImap()


def _dovecot() -> str:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _account() -> pwd.struct_passwd:
    """Return who the server runs as: never root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
