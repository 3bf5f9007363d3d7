"""Losing the membership, the statement against it, and being barred for two years (upstage/3.3 to 3.6)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from accounts.enums import MemberStatus
from accounts.errors import (
    AlreadyAppealed,
    AlreadyDecided,
    AppealWindowClosed,
    NotActive,
    RegistrationBarred,
    StatementIncomplete,
    UnknownGround,
)
from accounts.models import ApiKey, BarredIdentity, Member, Notice, Sanction, User
from accounts.rules import identities
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import barring, delivery, keys, leaving, members, objections, restoring, terms, theft
from accounts.services.disqualification import disqualify
from accounts.services.members import Application
from accounts.services.statements import Finding
from upstage_console.kernel import outbox
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Refusal, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

FINDING = Finding("2026년 11월 17일 도용된 카드로 가입했습니다.", "Joined with a stolen card on 17 November 2026.")
KIM = Application(
    email="kim@member.example", name="김하늘", born_on=date(1990, 5, 5), phone="010-1234-5678", agreed_to=["upstage"]
)
LAST_DAY = date(2026, 12, 18)


@pytest.fixture
def kim(at: datetime) -> Member:
    terms.load_digests(by=None, at=at)
    return members.accept(members.apply(KIM, password=None, at=at).pk, by=None, at=at)


@pytest.fixture
def loss(kim: Member, amy: User, at: datetime) -> Sanction:
    return disqualify(kim.pk, ground=5, finding=FINDING, by=amy, at=at)


def appealed(loss: Sanction, at: datetime) -> int:
    by = loss.member.user
    return objections.object(member_id=loss.member_id, sanction_id=loss.public_id, text="아닙니다", by=by, at=at).pk


@pytest.mark.clause("upstage/3.5.2")
@pytest.mark.clause("upstage/3.3")
@pytest.mark.clause("upstage/3.6.2")
def test_a_loss_is_final_on_the_day_of_its_notice(loss: Sanction, at: datetime) -> None:
    member = Member.objects.get(pk=loss.member_id)
    notice = Notice.objects.get(about="disqualification")
    assert (member.status, member.disqualified_at, loss.status) == (MemberStatus.DISQUALIFIED, at, "in_force")
    assert (loss.object_until, loss.kept_until, loss.notice_id) == (LAST_DAY, date(2028, 11, 18), notice.pk)
    assert notice.clauses == ["upstage/3.3.5", "upstage/3.4", "upstage/3.5.2", "upstage/3.6"]
    assert (FINDING.facts_ko in notice.body_ko, "2026년 12월 18일" in notice.body_ko) == (True, True)


@pytest.mark.parametrize(("ground", "refusal"), [(0, UnknownGround), (7, UnknownGround)])
def test_a_ground_the_terms_do_not_name(kim: Member, amy: User, at: datetime, ground: int, refusal: type) -> None:
    with pytest.raises(refusal):
        disqualify(kim.pk, ground=ground, finding=FINDING, by=amy, at=at)
    assert not Sanction.objects.exists()


def test_without_a_complete_statement_nobody_loses_anything(kim: Member, amy: User, at: datetime) -> None:
    with pytest.raises(StatementIncomplete):
        disqualify(kim.pk, ground=5, finding=replace(FINDING, facts_ko=" "), by=amy, at=at)
    kim.refresh_from_db()
    assert (kim.status, Notice.objects.filter(about="disqualification").exists()) == (MemberStatus.ACTIVE, False)


def test_a_membership_is_lost_once(loss: Sanction, amy: User, at: datetime) -> None:
    with pytest.raises(AlreadyDone):
        disqualify(loss.member_id, ground=4, finding=FINDING, by=amy, at=at)
    assert Sanction.objects.count() == 1


def test_who_left_has_no_membership_to_lose(kim: Member, amy: User, at: datetime) -> None:
    leaving.withdraw(kim.pk, by=kim.user, at=at)
    with pytest.raises(NotActive):
        disqualify(kim.pk, ground=4, finding=FINDING, by=amy, at=at)


def test_keys_close_and_open_again_when_the_statement_is_upheld(
    kim: Member, amy: User, ben: User, at: datetime
) -> None:
    made = [keys.issue(member_id=kim.pk, name=name, scopes=MEMBER_SCOPES, by=kim.user, at=at)[0] for name in "ab"]
    keys.revoke(made[0].public_id, member_id=kim.pk, by=kim.user, at=at)
    later = at + timedelta(hours=1)
    loss = disqualify(kim.pk, ground=5, finding=FINDING, by=amy, at=later)
    assert not ApiKey.objects.filter(revoked_at__isnull=True).exists()
    objections.decide(appealed(loss, later), uphold=True, answer="맞습니다", by=ben, at=later)
    assert dict(ApiKey.objects.values_list("name", "revoked_at")) == {"a": at, "b": None}


@pytest.mark.clause("upstage/6.4")
def test_keys_of_an_account_reported_as_stolen_meanwhile_stay_closed(
    kim: Member, amy: User, ben: User, at: datetime
) -> None:
    keys.issue(member_id=kim.pk, name="a", scopes=MEMBER_SCOPES, by=kim.user, at=at)
    loss = disqualify(kim.pk, ground=5, finding=FINDING, by=amy, at=at)
    theft.report(kim.pk, by=kim.user, at=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    objections.decide(appealed(loss, later), uphold=True, answer="맞습니다", by=ben, at=later)
    theft.verify_identity(kim.pk, how="영상 통화", by=ben, at=later)
    assert keys.live_keys(kim.pk, at=later) == 0


@pytest.mark.clause("upstage/3.4")
def test_a_loss_is_no_measure_to_be_lifted(loss: Sanction, amy: User, at: datetime) -> None:
    with pytest.raises(IllegalMove):
        restoring.lift(loss.pk, why="mistake", by=amy, at=at)
    loss.refresh_from_db()
    assert loss.status == "in_force"


@pytest.mark.clause("upstage/3.4")
def test_an_upheld_statement_gives_everything_back(loss: Sanction, ben: User, at: datetime) -> None:
    objections.decide(appealed(loss, at), uphold=True, answer="맞습니다", by=ben, at=at)
    loss.refresh_from_db()
    assert (loss.status, Member.objects.get(pk=loss.member_id).status) == ("overturned", MemberStatus.ACTIVE)
    barring.require_free(on=kst_date(at), email=KIM.email)
    assert DueItem.objects.get(kind="appeal").state == "done"
    assert Notice.objects.filter(about="restored").count() == 1


@pytest.mark.clause("upstage/3.4")
def test_a_rejected_statement_changes_nothing(loss: Sanction, ben: User, at: datetime) -> None:
    statement = appealed(loss, at)
    objections.decide(statement, uphold=False, answer="그대로입니다", by=ben, at=at)
    assert Member.objects.get(pk=loss.member_id).status == MemberStatus.DISQUALIFIED
    with pytest.raises(AlreadyDecided):
        objections.decide(statement, uphold=True, answer="다시", by=ben, at=at)
    with pytest.raises(AlreadyAppealed):
        appealed(loss, at)


@pytest.mark.clause("upstage/3.4")
def test_who_decided_the_loss_decides_no_statement(loss: Sanction, amy: User, at: datetime) -> None:
    statement = appealed(loss, at)
    with pytest.raises(SamePerson):
        objections.decide(statement, uphold=False, answer="x", by=amy, at=at)


@pytest.mark.clause("upstage/3.4")
def test_the_last_minute_is_in_and_the_next_is_late(loss: Sanction, at: datetime) -> None:
    with pytest.raises(AppealWindowClosed):
        appealed(loss, day_end(LAST_DAY))
    appealed(loss, day_end(LAST_DAY) - timedelta(minutes=1))


@pytest.mark.clause("upstage/3.4")
def test_a_notice_that_came_back_was_not_received(loss: Sanction, amy: User, at: datetime) -> None:
    notice = Notice.objects.get(about="disqualification")
    Notice.objects.filter(pk=notice.pk).update(mailed_at=at)
    delivery.record_bounce(notice.mail_name, reason="unknown user", by=amy, at=at)
    loss.refresh_from_db()
    assert loss.object_until is None
    appealed(loss, day_end(LAST_DAY) + timedelta(days=9))


@pytest.mark.clause("upstage/3.4")
def test_the_window_begins_when_the_member_is_told_again(loss: Sanction, amy: User, at: datetime) -> None:
    notice = Notice.objects.get(about="disqualification")
    Notice.objects.filter(pk=notice.pk).update(mailed_at=at)
    delivery.record_bounce(notice.mail_name, reason="unknown user", by=amy, at=at)
    later = at + timedelta(days=10)
    delivery.send_again(notice.public_id, reason="new address", by=amy, at=later)
    outbox.deliver_due(at=later)
    loss.refresh_from_db()
    assert loss.object_until == date(2026, 12, 28)


@pytest.mark.clause("upstage/3.3.1")
@pytest.mark.clause("upstage/3.6")
@pytest.mark.parametrize(
    "again",
    [
        {"email": "KIM@member.example"},
        {"email": "kim+again@member.example"},
        {"email": "new@member.example", "phone": "+82 10 1234 5678"},
        {"email": "new@member.example", "phone": "01012345678"},
    ],
)
def test_the_same_person_is_barred(loss: Sanction, at: datetime, again: dict[str, str]) -> None:
    with pytest.raises(RegistrationBarred) as refused:
        members.apply(replace(KIM, **{"phone": "", **again}), password=None, at=at)  # type: ignore[arg-type]
    assert (refused.value.facts["until"], Member.objects.count()) == (date(2028, 11, 18), 1)


@pytest.mark.clause("upstage/3.6")
def test_a_bar_ends_after_two_years(loss: Sanction) -> None:
    with pytest.raises(RegistrationBarred):
        barring.require_free(on=date(2028, 11, 18), email=KIM.email)
    barring.require_free(on=date(2028, 11, 19), email=KIM.email)


@pytest.mark.clause("upstage/3.6")
def test_a_firm_is_barred_by_its_number(kim: Member, amy: User, at: datetime) -> None:
    kim.kind, kim.business_number, kim.born_on = "firm", "124-81-00998", None
    kim.save()
    disqualify(kim.pk, ground=2, finding=FINDING, by=amy, at=at)
    firm = Application(
        email="other@member.example", name="다른", kind="firm", business_number="1248100998", agreed_to=["upstage"]
    )
    with pytest.raises(RegistrationBarred):
        members.apply(firm, password=None, at=at)


def test_a_bar_holds_no_personal_data(loss: Sanction) -> None:
    rows = BarredIdentity.objects.values_list("kind", "digest")
    assert {kind: len(digest) for kind, digest in rows} == {"email": 32, "phone": 32}


@pytest.mark.clause("upstage/3.6")
@pytest.mark.parametrize(
    ("normal", "given", "wanted"),
    [
        (identities.normal_email, " Kim+x@Member.Example ", "kim@member.example"),
        (identities.normal_email, "no address", ""),
        (identities.normal_email, "@member.example", ""),
        (identities.normal_phone, "010-1234-5678", "01012345678"),
        (identities.normal_phone, "+82 (0)10 1234 5678", "01012345678"),
        (identities.normal_phone, "+1 415 555 0100", "14155550100"),
        (identities.normal_phone, "０１０-1234", "0101234"),
        (identities.normal_number, "124-81-00998", "1248100998"),
    ],
)
def test_one_fact_has_one_spelling(normal: object, given: str, wanted: str) -> None:
    assert normal(given) == wanted  # type: ignore[operator]


def test_another_key_makes_other_hashes() -> None:
    facts = {"email": KIM.email, "phone": ""}
    one, other = identities.digests(facts, "one"), identities.digests(facts, "other")
    assert (set(one), one["email"] == other["email"]) == ({"email"}, False)


def test_a_refused_application_leaves_nothing_of_it(loss: Sanction, at: datetime) -> None:
    before = User.objects.count()
    with pytest.raises(Refusal):
        members.apply(KIM, password=None, at=at)
    assert User.objects.count() == before


@pytest.mark.clause("upstage/3.3.4")
@pytest.mark.clause("upstage/3.3.5")
@pytest.mark.clause("upstage/3.3.6")
@pytest.mark.clause("upstage/9.1")
@pytest.mark.parametrize("ground", [2, 4, 5, 6])
def test_each_ground_is_told_by_its_item(kim: Member, amy: User, at: datetime, ground: int) -> None:
    loss = disqualify(kim.pk, ground=ground, finding=FINDING, by=amy, at=at)
    assert (loss.ground, f"제3조 제3항 제{ground}호" in loss.statement.measure_ko) == (f"upstage/3.3.{ground}", True)
