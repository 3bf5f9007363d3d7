"""Staff correct credits: a reason always, a second person above the setting, the member told."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import Notice, User
from credits import queries
from credits.admin.corrections import TakeBackForm, corrected
from credits.enums import CorrectionKind
from credits.models import Account, Correction, Entry
from credits.queries.corrections import lapsed_of
from credits.services import corrections
from credits.services.corrections import Wanted
from tests.admin.conftest import desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def kim():
    holder = make.member()
    make.granted(holder, "500000")
    return holder


def restore(charge: UUID, amount: str) -> Wanted:
    return Wanted(CorrectionKind.RESTORE, Decimal(amount), charge=charge)


def propose(holder, wanted: Wanted, by: User | None = None) -> Correction:
    return corrections.propose(holder.pk, wanted, reason="a failed call", by=by, at=make.NOON)


def refused(call) -> str:
    before = (Entry.objects.count(), Correction.objects.count(), DueItem.objects.count(), Notice.objects.count())
    with pytest.raises(Refusal) as caught:
        call()
    after = (Entry.objects.count(), Correction.objects.count(), DueItem.objects.count(), Notice.objects.count())
    assert after == before
    return caught.value.code


@pytest.mark.clause("upstage/20.3")
def test_a_charge_is_restored_at_once_by_one_person(kim, amy) -> None:
    [burned] = make.burned(kim, "1000")
    row = propose(kim, restore(burned.charge_id, "400"), amy)
    assert (row.status, row.decided_by, row.needs_second) == ("done", amy, False)
    entry = queries.entries(kim.pk)[0]
    assert (entry.kind, entry.amount, entry.charge, entry.note) == (
        "correction",
        400,
        burned.charge_id,
        "a failed call",
    )
    assert (queries.balance(kim.pk, make.NOON).total, findings()) == (499_400, [])


def test_the_member_is_told_with_the_reason(kim, amy) -> None:
    [burned] = make.burned(kim, "1000")
    propose(kim, restore(burned.charge_id, "400"), amy)
    notice = Notice.objects.get(member=kim)
    assert ("₩400" in notice.subject_en, "a failed call" in notice.body_en, "400원" in notice.subject_ko) == (True,) * 3


def test_above_the_setting_a_second_person_decides(kim, amy, ben) -> None:
    [burned] = make.burned(kim, "300000")
    row = propose(kim, restore(burned.charge_id, "100001"), amy)
    assert (row.status, queries.balance(kim.pk, make.NOON).total) == ("proposed", 200_000)
    assert DueItem.objects.get(kind=corrections.TASK).closed_at is None
    assert refused(lambda: corrections.approve(row.public_id, reason="r", by=amy, at=make.NOON)) == "same_person"
    done = corrections.approve(row.public_id, reason="seen", by=ben, at=make.NOON)
    assert (done.status, done.decided_by, queries.balance(kim.pk, make.NOON).total) == ("done", ben, 300_001)
    assert (DueItem.objects.get(kind=corrections.TASK).outcome, findings()) == ("seen", [])
    assert refused(lambda: corrections.approve(row.public_id, reason="r", by=ben, at=make.NOON)) == "already_done"


def test_a_grant_is_taken_back(kim, amy) -> None:
    lot = make.granted(kim, "7000")
    propose(kim, Wanted(CorrectionKind.TAKE_BACK, Decimal(6300), lot_id=lot.public_id), amy)
    lot.refresh_from_db()
    assert (lot.remaining, queries.balance(kim.pk, make.NOON).total, findings()) == (700, 500_700, [])


def test_a_dropped_proposal_moves_nothing_and_tells_nobody(kim, amy, ben) -> None:
    [burned] = make.burned(kim, "300000")
    row = propose(kim, restore(burned.charge_id, "200000"), amy)
    corrections.drop(row.public_id, reason="it was right", by=ben, at=make.NOON)
    assert (queries.balance(kim.pk, make.NOON).total, Notice.objects.count()) == (200_000, 0)
    assert refused(lambda: corrections.approve(row.public_id, reason="r", by=ben, at=make.NOON)) == "not_allowed"


@pytest.mark.parametrize(("amount", "code"), [("1001", "correction_too_large"), ("0", "invalid_amount")])
def test_what_cannot_be_corrected_is_refused_at_once(kim, amy, amount, code) -> None:
    [burned] = make.burned(kim, "1000")
    assert refused(lambda: propose(kim, restore(burned.charge_id, amount), amy)) == code


def test_a_charge_that_is_owed_is_corrected_by_its_usage(kim, amy) -> None:
    [burned] = make.burned(kim, "500100", may_owe=True)
    assert refused(lambda: propose(kim, restore(burned.charge_id, "1"), amy)) == "charge_owes"


def test_a_strangers_charge_and_lot_are_not_found(kim, amy) -> None:
    other = make.member()
    lot = make.granted(other, "5")
    [burned] = make.burned(other, "1")
    wanted = Wanted(CorrectionKind.TAKE_BACK, Decimal(1), lot_id=lot.public_id)
    assert refused(lambda: propose(kim, wanted, amy)) == "not_found"
    assert refused(lambda: propose(kim, restore(burned.charge_id, "1"), amy)) == "correction_too_large"


def test_a_charge_waits_for_one_decision_at_a_time(kim, amy) -> None:
    [burned] = make.burned(kim, "300000")
    propose(kim, restore(burned.charge_id, "150000"), amy)
    assert refused(lambda: propose(kim, restore(burned.charge_id, "1"), amy)) == "correction_waits"


def test_what_changed_meanwhile_is_refused_when_it_is_approved(kim, amy, ben) -> None:
    lot = make.granted(kim, "150000")
    row = propose(kim, Wanted(CorrectionKind.TAKE_BACK, Decimal(150_000), lot_id=lot.public_id), amy)
    make.burned(kim, "500001")
    code = refused(lambda: corrections.approve(row.public_id, reason="r", by=ben, at=make.NOON))
    row.refresh_from_db()
    assert (code, row.status) == ("insufficient_credits", "proposed")


def test_the_database_wants_two_people(kim, amy) -> None:
    [burned] = make.burned(kim, "300000")
    row = propose(kim, restore(burned.charge_id, "200000"), amy)
    with pytest.raises(IntegrityError, match="correction_by_two"), transaction.atomic():
        Correction.objects.filter(pk=row.pk).update(status="done", decided_by=amy, decided_at=make.NOON)


# At the desk


def test_staff_restore_a_charge_from_the_explorer(kim, amy) -> None:
    [burned] = make.burned(kim, "1000")
    office, account = desk_of(amy), Account.objects.get(pk=kim.pk)
    fields = {"charge": f"chg_{burned.charge_id.hex}", "amount": "1000"}
    answer = preview(office, verb_of(account, "restore-charge"), **fields)
    rows = {str(row.label): row.after for row in answer.context["effect"].rows}
    assert rows["Balance after"] == "₩500,000"
    assert (Correction.objects.count(), len(answer.context["effect"].mails)) == (0, 2)
    use(office, verb_of(account, "restore-charge"), **fields)
    assert Correction.objects.get().status == "done"


def test_staff_propose_and_another_approves(kim, amy, ben) -> None:
    lot, account = make.granted(kim, "150000"), Account.objects.get(pk=kim.pk)
    use(desk_of(amy), verb_of(account, "take-back"), lot=lot.public_id, amount="135000")
    row = Correction.objects.get()
    assert preview(desk_of(amy), verb_of(row, "approve")).context["refused"].code == "same_person"
    use(desk_of(ben), verb_of(row, "approve"))
    row.refresh_from_db()
    assert (row.status, queries.balance(kim.pk, make.NOON).total) == ("done", 515_000)
    assert desk_of(ben).get(reverse("admin:credits_correction_change", args=[row.pk])).status_code == 200


def test_a_charge_number_that_is_none_is_said(kim, amy) -> None:
    account = Account.objects.get(pk=kim.pk)
    answer = preview(desk_of(amy), verb_of(account, "restore-charge"), charge="nothing", amount="1")
    assert "charge" in answer.context["form"].errors


def test_parts_are_no_way_around_the_second_person(kim, amy) -> None:
    """One person restores 100,000 of a charge; one more waits for another, though it is small. Other charges do not."""
    one, other = make.burned(kim, "200000", "200000")
    assert propose(kim, restore(one.charge_id, "60000"), amy).status == "done"
    assert propose(kim, restore(one.charge_id, "40000"), amy).status == "done"
    assert propose(kim, restore(one.charge_id, "1"), amy).status == "proposed"
    assert propose(kim, restore(other.charge_id, "100000"), amy).status == "done"


def test_the_lots_to_take_back_are_named_by_their_day_in_korea_and_what_is_free(kim) -> None:
    make.granted(kim, "70", at=make.later(hours=-11))
    make.held(kim, "30")
    form = TakeBackForm(row=Account.objects.get(pk=kim.pk), at=make.NOON)
    assert [label for _name, label in form.fields["lot"].choices] == [
        "event · 2026년 2월 10일 · 40원", "event · 2026년 2월 10일 · 500,000원",
    ]  # fmt: skip


def test_what_comes_back_to_credits_that_are_over_is_told_as_gone(amy) -> None:
    lee = make.poor()
    make.granted(lee, "300", expires_on=date(2026, 2, 11))
    make.granted(lee, "1000")
    [burned] = make.burned(lee, "500")
    later = make.later(days=3)
    row = corrections.propose(lee.pk, restore(burned.charge_id, "450"), reason="a failed call", by=amy, at=later)
    assert (lapsed_of(row), queries.balance(lee.pk, later).total, findings()) == (250, 1000, [])
    notice = Notice.objects.get(member=lee)
    assert ("₩250" in notice.subject_en, "₩250" in notice.body_en, "expired at once" in notice.body_en) == (True,) * 3
    with translation.override("en"):
        shown = [(str(row.label), row.after) for row in corrected(row, later)]
    assert [after for _, after in shown] == ["₩450", "₩250", "₩1,000"]


@pytest.mark.parametrize("reason", ["   ", "\u200b\u2060", "\u3164 \u3164"])
def test_a_reason_nobody_can_read_is_none(kim, amy, reason) -> None:
    [burned] = make.burned(kim, "500")
    account = Account.objects.get(pk=kim.pk)
    page = desk_of(amy).post(
        verb_of(account, "restore-charge"),
        {"charge": f"chg_{burned.charge_id.hex}", "amount": "5", "reason": reason, "nonce": "n1", "preview": "1"},
    )
    assert list(page.context["form"].errors) == ["reason"]
    assert not Correction.objects.exists()


def test_a_form_sent_twice_corrects_once(kim, amy) -> None:
    [burned] = make.burned(kim, "500")
    desk, url = desk_of(amy), verb_of(Account.objects.get(pk=kim.pk), "restore-charge")
    given = {"charge": f"chg_{burned.charge_id.hex}", "amount": "5"}
    for _ in range(2):
        assert use(desk, url, **given).status_code == 302
    assert (Correction.objects.count(), queries.balance(kim.pk, make.NOON).total) == (1, 499_505)
    assert use(desk, url, **given, nonce="another form").status_code == 302
    assert (Correction.objects.count(), queries.balance(kim.pk, make.NOON).total) == (2, 499_510)
