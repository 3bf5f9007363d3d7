"""Sending a notice by mail, in the language its member chose (upstage/27)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Notice
from upstage_console.kernel import outbox


@outbox.deliverer("notice")
def deliver_notice(payload: Mapping[str, Any]) -> None:
    """Mail the notice that `payload` names, in the language of its member."""
    notice = Notice.objects.select_related("member__user").get_public(payload["notice"])
    mail_of(notice, notice.member.language).send()


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
            headers={"Message-ID": f"<{notice.public_id}@upstage-console>"},
        )
        mail.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return mail
