"""What members are told: kept in both languages, mailed in theirs, once (upstage/27)."""

from datetime import datetime

import pytest
from django.core import mail
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Notice
from accounts.services import notices
from upstage_console.kernel import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/27")]
TEXT = notices.Text("제목", "Subject", "본문입니다.", "The body.")


def tell(member: Member, at: datetime, key: str = "a") -> Notice:
    return notices.notify(member_id=member.pk, about="test", text=TEXT, key=key, at=at, clauses=["upstage/3.1"])


def test_a_notice_is_mailed_in_korean_by_default(member: Member, at: datetime) -> None:
    tell(member, at)
    outbox.deliver_due(at=at)
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("제목", [member.user.email])
    assert "본문입니다." in sent.body
    assert "- 이용약관 제3조 제1항: " in sent.body
    assert "/terms/clause/upstage/3.1/" in sent.body


def test_a_notice_is_mailed_in_the_members_language(member: Member, at: datetime) -> None:
    member.user.language = "en"
    member.user.save()
    tell(member, at)
    outbox.deliver_due(at=at)
    (sent,) = mail.outbox
    assert sent.subject == "Subject"
    assert f"Dear {member.name}," in sent.body


def test_the_same_notice_goes_out_once(member: Member, at: datetime) -> None:
    assert tell(member, at) == tell(member, at)
    outbox.deliver_due(at=at)
    assert len(mail.outbox) == 1


def test_another_member_has_notices_of_their_own(member: Member, stranger: Member, at: datetime) -> None:
    tell(member, at)
    tell(stranger, at)
    assert Notice.objects.count() == 2


def test_reading_is_noted_once(member: Member, at: datetime) -> None:
    tell(member, at)
    assert notices.mark_read(member, at=at) == 1
    assert notices.mark_read(member, at=at) == 0


def test_a_text_is_composed_in_both_languages() -> None:
    text = notices.compose(_("Hello %(name)s"), _("You may use every service."), name="김")
    assert (text.subject_en, text.body_en) == ("Hello 김", "You may use every service.")
