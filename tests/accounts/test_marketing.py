"""Advertising: only with consent, by day, marked, with a way out that works at once (upstage/13, Network Act 50)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tasks
from accounts.enums import MemberStatus
from accounts.errors import ChannelUnavailable, NightTime, NoMarketingConsent, NotActive
from accounts.models import Advertisement, Campaign, MarketingConsent, Member, Notice, User
from accounts.queries.advertising import agreed_members
from accounts.rules.advertising import (
    Answer,
    ask_again_on,
    is_agreed,
    is_night,
    oldest_holding,
    reconfirm_by,
    result_notice_by,
)
from accounts.services import campaigns, marketing, members, registration, terms
from accounts.services.campaigns import Advert
from accounts.services.members import Application
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Invalid, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/13")]
ADVERT = Advert("새 모델", "A new model", "새 모델이 나왔습니다.", "There is a new model.")
SMS = Advert("새 모델", "A new model", "새 모델이 나왔습니다.", "There is a new model.", "sms")
assert tasks  # what the outbox delivers with


def kst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KST)  # type: ignore[arg-type, misc]


def agree(member: Member, at: datetime, *, night: bool = False) -> MarketingConsent:
    return marketing.answer(member.pk, given=True, night=night, by=member.user, at=at)


def deliver(at: datetime) -> None:
    with clock.fixed(at):
        outbox.deliver_due(at=at, topic=campaigns.TOPIC)


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (kst(2027, 2, 25, 20, 59, 59), False),
        (kst(2027, 2, 25, 21), True),
        (kst(2027, 2, 26), True),
        (kst(2027, 2, 26, 7, 59, 59), True),
        (kst(2027, 2, 26, 8), False),
    ],
)
def test_the_night_is_from_21_to_8(at: datetime, night: bool) -> None:
    assert is_night(at) is night


@pytest.mark.parametrize(
    ("given", "by"),
    [
        (date(2024, 11, 23), date(2026, 11, 22)),
        (date(2024, 1, 1), date(2025, 12, 31)),
        (date(2024, 2, 29), date(2026, 2, 27)),
        (date(2026, 3, 1), date(2028, 2, 29)),
    ],
)
def test_consent_is_reconfirmed_before_the_same_date(given: date, by: date) -> None:
    at = datetime(given.year, given.month, given.day, 23, 59, tzinfo=KST)
    answer = Answer(given=True, night=False, at=at)
    assert reconfirm_by(at) == by
    assert ask_again_on(at) == by - timedelta(days=30)
    assert is_agreed(answer, at=kst(by.year, by.month, by.day, 23, 59))
    assert not is_agreed(answer, at=kst(by.year, by.month, by.day) + timedelta(days=1))


def test_the_oldest_consent_that_holds_is_the_inverse() -> None:
    today = date(2024, 1, 1)
    while today < date(2029, 1, 1):
        oldest = oldest_holding(today)
        first, before = (
            reconfirm_by(kst(day.year, day.month, day.day)) for day in (oldest, oldest - timedelta(days=1))
        )
        assert before < today <= first
        today += timedelta(days=1)


def test_the_result_is_told_within_fourteen_days() -> None:
    assert result_notice_by(kst(2027, 2, 25, 14)) == date(2027, 3, 11)


def test_an_answer_is_told_at_once(member: Member, at: datetime) -> None:
    agree(member, at)
    marketing.answer(member.pk, given=False, by=member.user, at=at)
    agreed, refused = Notice.objects.filter(about="marketing").order_by("pk")
    assert (agreed.at, agreed.clauses) == (at, ["upstage/13"])
    assert "17 Nov 2028" in agreed.body_en
    assert "refused" in refused.subject_en
    assert AuditEvent.objects.filter(action__startswith="marketing.").count() == 2


def test_refusing_again_changes_nothing(member: Member, at: datetime) -> None:
    first = marketing.answer(member.pk, given=False, by=member.user, at=at)
    assert marketing.answer(member.pk, given=False, by=member.user, at=at) == first
    assert (MarketingConsent.objects.count(), Notice.objects.count()) == (1, 1)


def test_a_consent_for_the_night_needs_a_consent(member: Member, at: datetime) -> None:
    assert marketing.answer(member.pk, given=False, night=True, by=member.user, at=at).night is False


def test_agreeing_again_reconfirms(member: Member, at: datetime) -> None:
    assert [agree(member, at).is_reconfirmation, agree(member, at).is_reconfirmation] == [False, True]


def test_who_left_may_refuse_and_not_agree(make_member: Callable[..., Member], at: datetime) -> None:
    left = make_member(status=MemberStatus.WITHDRAWN, withdrawn_at=at)
    with pytest.raises(NotActive):
        agree(left, at)
    assert marketing.answer(left.pk, given=False, by=left.user, at=at).given is False


@pytest.mark.parametrize("chosen", [True, False])
def test_the_choice_of_the_sign_up_is_told_once_the_address_is_known(at: datetime, chosen: bool) -> None:
    terms.load_digests(by=None, at=at)
    application = Application(
        email="kim@member.example", name="김하늘", born_on=date(1990, 5, 5), agreed_to=["upstage"], marketing=chosen
    )
    member = members.apply(application, password=None, at=at)
    assert not Notice.objects.filter(about="marketing").exists()
    registration.email_verified(member.pk, at=at)
    assert MarketingConsent.objects.filter(given=True).exists() is chosen
    assert Notice.objects.filter(about="marketing").exists() is chosen


@pytest.mark.parametrize(
    ("channel", "at", "refusal"),
    [
        ("sms", kst(2027, 2, 25, 20, 59), None),
        ("sms", kst(2027, 2, 25, 21), NightTime),
        ("sms", kst(2027, 2, 26, 7, 59), NightTime),
        ("sms", kst(2027, 2, 26, 8), None),
        ("email", kst(2027, 2, 26, 3), None),
    ],
)
def test_by_night_only_mail_goes_out(
    member: Member, channel: str, at: datetime, refusal: type[Exception] | None
) -> None:
    agree(member, kst(2027, 2, 25, 9))
    if refusal is None:
        campaigns.require_may_send(member, channel, at=at)
    else:
        with pytest.raises(refusal):
            campaigns.require_may_send(member, channel, at=at)


def test_who_agreed_to_the_night_gets_it_by_night(member: Member) -> None:
    agree(member, kst(2027, 2, 25, 9), night=True)
    campaigns.require_may_send(member, "sms", at=kst(2027, 2, 26, 3))


def test_nothing_is_sent_without_consent(member: Member, amy: User, at: datetime) -> None:
    with pytest.raises(NoMarketingConsent) as refused:
        campaigns.send_to(member.pk, ADVERT, by=amy, at=at)
    assert refused.value.clauses == ("upstage/13",)
    assert not Campaign.objects.exists()


def test_an_advertisement_is_marked_says_who_sends_it_and_how_to_refuse(
    member: Member, amy: User, at: datetime
) -> None:
    agree(member, at)
    campaigns.send_to(member.pk, ADVERT, by=amy, at=at)
    deliver(at)
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("(광고) 새 모델", [member.user.email])
    link = f"/advertising/refuse/{marketing.opt_out_token(member)}/"
    assert link in sent.body
    assert link in sent.extra_headers["List-Unsubscribe"]
    assert "Upstage" in sent.body
    assert Advertisement.objects.get().sent_at == at


def test_a_refusal_works_on_what_already_waits(member: Member, amy: User, at: datetime) -> None:
    agree(member, at)
    campaigns.send_to(member.pk, ADVERT, by=amy, at=at)
    marketing.answer(member.pk, given=False, by=member.user, at=at)
    deliver(at)
    row = Advertisement.objects.get()
    assert (mail.outbox, row.sent_at, row.withheld) == ([], None, "no_marketing_consent")


def test_a_token_names_one_member(member: Member) -> None:
    token = marketing.opt_out_token(member)
    assert marketing.member_of_token(token) == member
    with pytest.raises(NotFound):
        marketing.member_of_token(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_campaign_reaches_who_agreed_and_nobody_twice(
    make_member: Callable[..., Member], amy: User, at: datetime
) -> None:
    agreed, refused, silent = make_member(), make_member(), make_member()
    left = make_member(status=MemberStatus.WITHDRAWN, withdrawn_at=at)
    lapsed, sandbox = make_member(), make_member(is_sandbox=True)
    for one in (agreed, refused, sandbox):
        agree(one, at)
    agree(lapsed, at - timedelta(days=740))
    MarketingConsent.objects.create(member=left, given=True, at=at)
    marketing.answer(refused.pk, given=False, by=refused.user, at=at)
    campaign = campaigns.begin(ADVERT, reason="launch", by=amy, at=at)
    assert campaigns.send_campaigns(at=at) == 1
    assert campaigns.send_campaigns(at=at) == 0
    deliver(at)
    campaign.refresh_from_db()
    assert (campaign.status, [one.to for one in mail.outbox]) == ("sent", [[agreed.user.email]])
    assert silent not in agreed_members(at=at)


def test_a_killed_run_goes_on_where_it_was(
    make_member: Callable[..., Member], amy: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        agree(make_member(), at)
    monkeypatch.setattr(campaigns, "MEMBERS_AT_A_TIME", 2)
    campaign = campaigns.begin(ADVERT, reason="launch", by=amy, at=at)
    assert campaigns._send_batch(campaign.pk, at) == 2
    assert campaigns.send_campaigns(at=at) == 3
    assert Advertisement.objects.values("member").distinct().count() == 5


def test_a_stopped_campaign_reaches_nobody_more(member: Member, amy: User, at: datetime) -> None:
    agree(member, at)
    campaign = campaigns.begin(ADVERT, reason="launch", by=amy, at=at)
    campaigns.stop(campaign.public_id, reason="wrong price", by=amy, at=at)
    assert campaigns.send_campaigns(at=at) == 0


def test_no_text_messages_can_be_sent_to_all(amy: User, at: datetime) -> None:
    with pytest.raises(ChannelUnavailable):
        campaigns.begin(SMS, reason="launch", by=amy, at=at)
    with pytest.raises(Invalid):
        campaigns.begin(Advert("제목", " ", "본문", "text"), reason="launch", by=amy, at=at)
    assert not Campaign.objects.exists()


def test_statements_of_a_campaign_grow_with_batches(
    make_member: Callable[..., Member], amy: User, at: datetime
) -> None:
    def statements(count: int) -> int:
        for _ in range(count):
            agree(make_member(), at)
        campaigns.begin(ADVERT, reason="launch", by=amy, at=at)
        with CaptureQueriesContext(connection) as counted:
            campaigns.send_campaigns(at=at)
        return len(counted)

    assert statements(1) == statements(3)


def test_consent_is_asked_for_again_once_and_its_end_is_told_once(member: Member) -> None:
    agree(member, kst(2024, 11, 23, 12))
    told = [
        (marketing.ask_again(at=at), marketing.ask_again(at=at))
        for at in (kst(2026, 10, 22, 9), kst(2026, 10, 23, 9), kst(2026, 11, 22, 9), kst(2026, 11, 23, 9))
    ]
    assert told == [(0, 0), (1, 0), (0, 0), (1, 0)]
    asked = Notice.objects.get(stage="ask")
    assert "22 Nov 2026" in asked.body_en
    assert marketing.state_of(member.pk, at=kst(2026, 11, 22, 23, 59)) is not None
    assert marketing.state_of(member.pk, at=kst(2026, 11, 23)) is None


def test_who_has_answered_is_not_asked(make_member: Callable[..., Member]) -> None:
    again, refused = make_member(), make_member()
    for one in (again, refused):
        agree(one, kst(2024, 11, 23, 12))
    agree(again, kst(2026, 10, 1))
    marketing.answer(refused.pk, given=False, by=refused.user, at=kst(2026, 10, 1))
    assert marketing.ask_again(at=kst(2026, 11, 1)) == 0
    assert marketing.ask_again(at=kst(2026, 11, 23)) == 0
    assert marketing.state_of(again.pk, at=kst(2028, 9, 30)) is not None
