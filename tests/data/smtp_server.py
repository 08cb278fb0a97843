"""A mail server that speaks STARTTLS and does with each recipient what it was told to.

    python3 smtp_server.py CERTIFICATE KEY '{"a@b.example": "refuse"}' [tls]

Prints its port, then a line of JSON for every message that it takes. What may be done: refuse (550),
later (451), later-once, hang up, never answer, slow-once; or take it and send a delivery status back,
which is a line of its own: arrived, delayed, given-up, refused-late. Needs aiosmtpd.
"""

import asyncio
import json
import ssl
import sys

from email import message_from_bytes
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

CERTIFICATE, KEY, PLAN = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])


# Action, status and words of what is sent back later (RFC 3464).
LATER = {
    "arrived": ("delivered", "2.0.0", "250 2.1.5 delivered to the mailbox"),
    "delayed": ("delayed", "4.4.1", "connect to mx.example.org: Connection timed out"),
    "given-up": ("failed", "4.4.7", "delivery time expired"),
    "refused-late": ("failed", "5.1.1", "550 5.1.1 <{address}>: Recipient address rejected"),
}


def fields(**values):
    block = Message()
    for name, value in values.items():
        block[name.replace("_", "-")] = value
    return block


def status(plan, envelope, options):
    """What comes back. One who gave up knows nothing of RFC 3461, so that the headers alone tell of what."""
    action, code, words = LATER[plan]
    address = envelope.rcpt_tos[0]
    of_message = fields(Reporting_MTA="dns; mail.example.org")
    for option in options:
        if option.startswith("ENVID=") and plan != "given-up":
            of_message["Original-Envelope-Id"] = option.removeprefix("ENVID=")
    of_recipient = fields(Final_Recipient=f"rfc822; {address}", Action=action, Status=code,
                          Diagnostic_Code="smtp; " + words.format(address=address))
    part = MIMEBase("message", "delivery-status")
    part.set_payload([of_message, of_recipient])
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "Mail Delivery System <MAILER-DAEMON@mail.example.org>"
    report["To"] = envelope.mail_from
    report["Subject"] = "Delivery status"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText("This is the mail system at host mail.example.org."))
    report.attach(part)
    headers = message_from_bytes(envelope.content)
    returned = "".join(f"{name}: {value}\n" for name, value in headers.items())
    report.attach(MIMEText(returned, "rfc822-headers"))
    return report.as_string()


def say(what):
    print(json.dumps(what), flush=True)


class Desk:
    """Takes messages, or not, by the plan."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        responses.insert(1, "250-DSN")
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        plan = PLAN.get(address, "take")
        if plan == "refuse":
            return "550 5.1.1 no such mailbox here"
        if plan == "later":
            return "451 4.2.0 the mailbox is busy"
        if plan == "later-once":
            del PLAN[address]
            return "451 4.2.0 the mailbox is busy"
        if plan == "hang-up":
            server.transport.abort()
            return "421 4.3.0 gone"
        if plan == "never":
            await asyncio.sleep(3600)
        if plan == "slow-once":
            del PLAN[address]
            await asyncio.sleep(3)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "mail_options": server.mail_options,
            "rcpt_options": server.rcpt_options,
            "tls": session.ssl is not None,
            "user": session.authenticated and session.auth_data.login.decode(),
            "content": envelope.content.decode(),
        })
        plan = PLAN.get(envelope.rcpt_tos[0])
        if plan in LATER:
            report = status(plan, envelope, server.mail_options)
            say({"from": "", "to": [envelope.mail_from], "content": report})
        return "250 2.0.0 queued as 4F1A"


class StatusNotifying(SMTP):
    """aiosmtpd takes no parameters of RFC 3461; this keeps them and hands on the rest."""

    mail_options = rcpt_options = ()

    async def smtp_MAIL(self, arg):
        address, *options = arg.split()
        self.mail_options = options
        await super().smtp_MAIL(address)

    async def smtp_RCPT(self, arg):
        address, *options = arg.split()
        self.rcpt_options = options
        await super().smtp_RCPT(address)


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.password == b"swordfish"
    return AuthResult(success=good, auth_data=data)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    at_once = sys.argv[4:] == ["tls"]

    def session():
        return StatusNotifying(
            Desk(),
            hostname="mail.example.org",
            tls_context=None if at_once else context,
            require_starttls=not at_once,
            authenticator=authenticate,
            auth_require_tls=not at_once,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        session, "127.0.0.1", 0, ssl=context if at_once else None
    )
    say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
