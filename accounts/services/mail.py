"""Sending notices by mail, in the language each member chose (upstage/27): a batch over one connection."""

import smtplib
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Notice
from accounts.services.delivery import note_outcomes
from upstage_console.kernel import outbox
from upstage_console.kernel.models import OutboxMessage
from upstage_console.kernel.outbox import Outcome, Undeliverable

DOMAIN = "upstage-console"
REFUSED_FOR_GOOD = range(500, 600)


@outbox.batch_deliverer("notice", note=note_outcomes)
def deliver_notices(messages: Sequence[OutboxMessage]) -> Iterator[Outcome]:
    """Mail the notices that the messages name, and tell of each whether it went."""
    names = [message.payload["notice"] for message in messages]
    rows = Notice.objects.filter(public_id__in=names).select_related("member__user")
    notices = {notice.public_id: notice for notice in rows}
    with get_connection() as connection:
        for message in messages:
            yield Outcome(message, _sent(notices[message.payload["notice"]], connection))


def _sent(notice: Notice, connection: Any) -> Exception | None:
    """Send one mail; what went wrong with it alone is returned, and the connection stays good for the next."""
    if not notice.member.user.email:
        return Undeliverable("the member has no address")
    try:
        mail = mail_of(notice, notice.member.language)
        connection.send_messages([mail])
    except Exception as error:  # one bad mail stops none of the others
        if _is_cut(error):
            connection.close()
            connection.open()
        return Undeliverable(str(error)) if is_refused(error) else error
    return None


def is_refused(error: Exception) -> bool:
    """Whether the receiving server refused the address or the mail for good; what it says of us is not meant."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code in REFUSED_FOR_GOOD for code, _why in error.recipients.values())
        case smtplib.SMTPDataError():
            return error.smtp_code in REFUSED_FOR_GOOD
    return False


def _is_cut(error: Exception) -> bool:
    cut = isinstance(error, smtplib.SMTPServerDisconnected)
    return cut or (isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException))


def mail_of(notice: Notice, language: str) -> EmailMultiAlternatives:
    """The mail of a notice in a language; its Message-ID is the same should it leave twice."""
    member = notice.member
    context = {
        "member": member,
        "subject": getattr(notice, f"subject_{language}"),
        "body": getattr(notice, f"body_{language}"),
        "clauses": notice.clauses,
        "notice": notice,
        "site": settings.SITE_URL,
    }
    with translation.override(language):
        mail = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string("emails/notice.txt", context),
            to=[member.user.email],
            headers={"Message-ID": f"<{notice.mail_name}@{DOMAIN}>"},
        )
        mail.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return mail
