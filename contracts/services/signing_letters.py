"""The mail by which one person is asked to sign: it carries a link of their own, so it is no notice to all contacts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from contracts.models import Signer
from contracts.services import signing_links
from upstage_console.kernel import outbox
from upstage_console.kernel.wording import day

TOPIC: Final = "signature"


def put(signer: Signer, *, at: datetime) -> None:
    """Ask somebody to sign, by mail; once for each signer."""
    outbox.put(TOPIC, f"{signer.signing.public_id}:{signer.position}", {"signer": signer.pk}, at=at)


@outbox.deliverer(TOPIC)
def deliver(payload: Mapping[str, Any]) -> None:
    """Mail the link."""
    mail_of(Signer.objects.select_related("signing__document").get(pk=payload["signer"])).send()


def mail_of(signer: Signer) -> EmailMultiAlternatives:
    """The mail, in the signer's language."""
    row = signer.signing
    with translation.override(signer.language):
        subject = _("Please sign “%(title)s”") % {"title": row.document.title}
        until = day(row.sign_by, signer.language)
        shown = {
            "member": {"name": signer.name, "language": signer.language}, "subject": subject,
            "body": _("It can be signed until the end of %(until)s. The link is only for you.") % {"until": until},
            "link": settings.SITE_URL + signing_links.address(signer),
        }  # fmt: skip
        mail = EmailMultiAlternatives(subject, render_to_string("emails/signature.txt", shown), to=[signer.email])
        mail.attach_alternative(render_to_string("emails/signature.html", shown), "text/html")
    return mail
