"""How the mail of a notice reads, in both languages, before it is sent."""

from collections.abc import Mapping
from typing import Any

from accounts.enums import Language
from accounts.models import Notice
from accounts.services.mail import mail_of
from upstage_console.kernel.admin import Mail, mails_of


@mails_of("notice")
def mails_of_notice(payload: Mapping[str, Any]) -> list[Mail]:
    """The mail in the member's language first, then in the other."""
    notice = Notice.objects.select_related("member__user").get_public(payload["notice"])
    languages = sorted(Language.values, key=lambda language: language != notice.member.language)
    return [_mail(notice, language) for language in languages]


def _mail(notice: Notice, language: str) -> Mail:
    mail = mail_of(notice, language)
    is_sent = language == notice.member.language
    return Mail(language=language, to=mail.to[0], subject=str(mail.subject), body=str(mail.body), is_sent=is_sent)
