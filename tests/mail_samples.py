"""Mails as they reach us: usual ones, and those that make trouble."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

OURS = "help@ostrel.example"
ADA = "Ada Berg <ada@ostrel.example>"


def mail(text: str = "It still blinks.", **headers: str) -> EmailMessage:
    """A mail of Ada's; header names with underscores for hyphens, an empty value leaves a header out."""
    message = EmailMessage(policy=SMTP)
    usual = {
        "From": ADA,
        "To": OURS,
        "Subject": "My hub is offline",
        "Message-ID": "<first@mail.example>",
        "Date": "Tue, 17 Nov 2026 12:00:00 +0100",
    }
    for name, value in {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def bounce(message_id: str, *, action: str = "failed", to: str = "ada@ostrel.example") -> bytes:
    """What a mail server sends back."""
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mail.example>
To: {OURS}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce.{action}@mail.example>
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry to have to inform you.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected:
    User unknown

--b
Content-Type: message/rfc822

From: Ostrel Help <{OURS}>
To: {to}
Subject: An answer
Message-ID: <{message_id}>
X-Loop: {OURS}

Hello
--b--
""".replace("\n", "\r\n").encode()
