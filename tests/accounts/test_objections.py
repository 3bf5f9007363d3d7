"""Objections: one's own, once, in time, decided by somebody else; upheld, use is open at once (upstage/11.2, 26.4)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.errors import AlreadyAppealed, AlreadyDecided, AppealWindowClosed
from accounts.models import Member, Notice, Objection, Sanction, User
from accounts.queries import standing
from accounts.services import objections, restoring, sanctions
from tests.accounts.conduct import imposed, measure, suspended
from tests.admin.verbs import everything
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound, Refusal, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db


def objected(sanction: Sanction, *, at: datetime, text: str = "부하 시험이었습니다.", **fields: Any) -> Objection:
    given = {"member_id": sanction.member_id, "sanction_id": sanction.public_id, "text": text, "at": at, **fields}
    return objections.object(by=sanction.member.user, **given)


@pytest.mark.clause("upstage/26.4")
def test_an_objection_becomes_a_task_with_a_deadline(member: Member, amy: User, at: datetime) -> None:
    objection = objected(suspended(member, by=amy, at=at), at=at)
    item = DueItem.objects.get(kind="objection")
    assert (item.subject, item.about) == (objection.public_id, member.public_id)
    assert item.due_at == day_end(date(2026, 11, 27))  # seven business days
    assert Notice.objects.filter(about="objection").count() == 1


@pytest.mark.clause("upstage/26.4")
def test_upheld_it_restores_use_in_the_same_instant(member: Member, amy: User, ben: User, at: datetime) -> None:
    sanction = suspended(member, by=amy, at=at)
    objection = objected(sanction, at=at)
    objections.decide(objection.pk, uphold=True, answer="저희가 잘못 보았습니다.", by=ben, at=at)
    sanction.refresh_from_db()
    assert (sanction.status, standing(member, at=at).may_use) == ("overturned", True)
    notice = Notice.objects.get(about="restored")
    assert "저희가 잘못 보았습니다." in notice.body_ko
    assert DueItem.objects.get(kind="objection").state == "done"


@pytest.mark.clause("upstage/26.4")
def test_rejected_it_changes_nothing_but_is_answered(member: Member, amy: User, ben: User, at: datetime) -> None:
    sanction = suspended(member, by=amy, at=at)
    objections.decide(objected(sanction, at=at).pk, uphold=False, answer="근거가 충분합니다.", by=ben, at=at)
    sanction.refresh_from_db()
    assert (sanction.status, standing(member, at=at).may_use) == ("in_force", False)
    assert "근거가 충분합니다." in Notice.objects.get(about="objection", stage="rejected").body_ko


@pytest.mark.clause("upstage/11.2")
def test_upheld_it_lifts_only_its_own_effect(member: Member, amy: User, ben: User, at: datetime) -> None:
    suspension = suspended(member, by=amy, at=at)
    stop = imposed(member, "stop", by=amy, at=at)
    objections.decide(objected(stop, at=at).pk, uphold=True, answer="맞습니다.", by=ben, at=at)
    assert [one.sanction_id for one in standing(member, at=at).restrictions] == [suspension.pk]
    assert "Another restriction still holds" in Notice.objects.get(about="restored").body_en


@pytest.mark.clause("upstage/26.4")
def test_who_took_part_does_not_decide(member: Member, amy: User, ben: User, at: datetime) -> None:
    wanted = measure("suspension", skip_reason="심각합니다.")
    objection = objected(sanctions.impose(member.pk, wanted, by=amy, at=at, approver=ben), at=at)
    before = everything()
    for decider in (amy, ben, None):
        with pytest.raises(SamePerson):
            objections.decide(objection.pk, uphold=True, answer="좋습니다.", by=decider, at=at)
    assert everything() == before


def test_a_decision_needs_an_answer_and_is_made_once(member: Member, amy: User, ben: User, at: datetime) -> None:
    objection = objected(suspended(member, by=amy, at=at), at=at)
    with pytest.raises(Invalid):
        objections.decide(objection.pk, uphold=False, answer=" ", by=ben, at=at)
    objections.decide(objection.pk, uphold=False, answer="근거가 있습니다.", by=ben, at=at)
    with pytest.raises(AlreadyDecided):
        objections.decide(objection.pk, uphold=True, answer="다시", by=ben, at=at)


@pytest.mark.clause("upstage/26.4")
def test_there_is_one_objection_to_a_measure(member: Member, amy: User, at: datetime) -> None:
    sanction = suspended(member, by=amy, at=at)
    objected(sanction, at=at)
    with pytest.raises(AlreadyAppealed):
        objected(sanction, at=at)


@pytest.mark.clause("upstage/26.4")
def test_the_last_day_counts_whole(member: Member, stranger: Member, amy: User, at: datetime) -> None:
    end = day_end(date(2027, 5, 18))
    late = imposed(stranger, by=amy, at=at)
    assert objected(imposed(member, by=amy, at=at), at=end - timedelta(seconds=1)).status == "submitted"
    with pytest.raises(AppealWindowClosed) as refused:
        objected(late, at=end)
    assert (refused.value.facts, refused.value.clauses) == ({"until": date(2027, 5, 18)}, ("upstage/26.4",))


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": "  "}, Invalid),
        ({"text": "가" * 5001}, Invalid),
        ({"sanction_id": "san_" + "0" * 32}, NotFound),
        ({"sanction_id": "nonsense"}, NotFound),
        ({"member_id": 0}, NotFound),
    ],
)
def test_what_is_refused_leaves_nothing(
    member: Member, amy: User, at: datetime, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    sanction = imposed(member, by=amy, at=at)
    before = everything()
    with pytest.raises(refusal):
        objected(sanction, at=at, **fields)
    assert everything() == before


def test_anothers_measure_is_not_found(member: Member, stranger: Member, amy: User, at: datetime) -> None:
    sanction = imposed(member, by=amy, at=at)
    with pytest.raises(NotFound):
        objected(sanction, at=at, member_id=stranger.pk)
    with pytest.raises(NotFound):
        objections.take_back(
            member_id=stranger.pk, objection_id=objected(sanction, at=at).public_id, by=stranger.user, at=at
        )


def test_a_proposed_measure_is_not_there_to_object_to(member: Member, amy: User, at: datetime) -> None:
    proposed = sanctions.propose(member.pk, measure("suspension", skip_reason="심각"), by=amy, at=at)
    with pytest.raises(NotFound):
        objected(proposed, at=at)


@pytest.mark.clause("upstage/26.4")
def test_who_left_can_still_object(member: Member, amy: User, ben: User, at: datetime) -> None:
    sanction = suspended(member, by=amy, at=at)
    Member.objects.filter(pk=member.pk).update(status="withdrawn", withdrawn_at=at)
    objections.decide(objected(sanction, at=at).pk, uphold=True, answer="맞습니다.", by=ben, at=at)
    assert Sanction.objects.get(pk=sanction.pk).status == "overturned"


def test_a_lifted_measure_can_still_be_found_wrong(member: Member, amy: User, ben: User, at: datetime) -> None:
    sanction = suspended(member, by=amy, at=at)
    restoring.lift(sanction.pk, why="끝", by=amy, at=at)
    objections.decide(objected(sanction, at=at).pk, uphold=True, answer="맞습니다.", by=ben, at=at)
    assert Sanction.objects.get(pk=sanction.pk).status == "overturned"


def test_an_objection_can_be_taken_back_until_it_is_decided(member: Member, amy: User, at: datetime) -> None:
    objection = objected(imposed(member, by=amy, at=at), at=at)
    given = {"member_id": member.pk, "objection_id": objection.public_id, "by": member.user, "at": at}
    assert objections.take_back(**given).status == "withdrawn"
    assert DueItem.objects.get(kind="objection").state == "done"
    with pytest.raises(AlreadyDone):
        objections.take_back(**given)
