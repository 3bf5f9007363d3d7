"""Bonus tiers and auto-recharge at the desk."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from billing.models import RechargePlan, RechargeStep, TierTable
from billing.queries import tiers as queries
from billing.services import recharging
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.billing import make
from tests.billing.recharged import changed, chosen, day, line, plan, table
from upstage_console.kernel import clock
from upstage_console.kernel.models import PolicySetting

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
DRAFT = reverse("admin:billing_tiertable_do_on_list", args=["draft"])
LINES = "once KRW 50000 5 90\n\nmonthly KRW 40000 12.5\nannual USD 200 10 %"


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(make.NOON):
        yield


def test_a_table_is_drafted_and_published_after_previews(amy):
    table(line())
    plan(make.member(card="ok"))
    office, asked = desk_of(amy), {"effective_on": "2026-02-15", "lines": LINES, "reason": "spring"}
    shown = preview(office, DRAFT, **asked).content.decode()
    assert ("12.5 %" in shown, "1 get more, 0 get less" in shown) == (True, True)
    assert TierTable.objects.count() == 1
    use(office, DRAFT, **asked)
    row = TierTable.objects.get(status="draft")
    assert queries.in_force(date(2026, 2, 15)) != row
    use(office, verb_of(row, "publish"), reason="spring")
    assert {(one.mode, one.currency, one.minimum, one.percent, one.valid_days)
            for one in queries.lines_on(date(2026, 2, 15))} == {
        ("once", "KRW", 50_000, 5, 90), ("monthly", "KRW", 40_000, 12.5, None), ("annual", "USD", 200, 10, None)
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong", ["sometimes KRW 5 5", "once EUR 5 5", "monthly KRW 5", "monthly KRW 5 5 90", "once KRW x 5"]
)
def test_a_line_that_is_no_tier_is_named(amy, wrong):
    shown = preview(desk_of(amy), DRAFT, effective_on="2026-02-15", lines=f"once KRW 9 9\n{wrong}", reason="r")
    assert f"Line 2 is no tier: “{wrong}”" in shown.content.decode()
    assert not TierTable.objects.exists()


def test_a_draft_is_written_anew_or_dropped(amy):
    office = desk_of(amy)
    use(office, DRAFT, effective_on="2026-02-15", lines="once KRW 9 9", reason="r")
    use(
        office, verb_of(TierTable.objects.get(), "rewrite"), effective_on="2026-02-16", lines="once KRW 8 8", reason="r"
    )
    row = TierTable.objects.get(status="draft")
    assert (row.effective_on, row.tiers.get().minimum) == (date(2026, 2, 16), 8)
    use(office, verb_of(row, "drop"), reason="r")
    assert set(TierTable.objects.values_list("status", flat=True)) == {"dropped"}


def test_who_may_not_publish_sees_no_verb(clerk):
    row = table()
    client = clerk("billing.view_tiertable")
    assert client.get(verb_of(row, "publish")).status_code == 403
    assert client.get(DRAFT).status_code == 403


@pytest.mark.parametrize(("verb", "amount"), [("approve", 70_000), ("refuse", 50_000)])
def test_a_change_that_waits_is_decided(amy, ben, verb, amount):
    PolicySetting.objects.create(
        name="recharge_changes_approved_by", value="staff", reason="r", starts_at=make.NOON, proposed_at=make.NOON,
        proposed_by=amy, approved_by=ben, approved_at=make.NOON,
    )  # fmt: skip
    kim = make.member(card="ok")
    plan(kim)
    changed(kim, chosen(70_000), at=make.NOON)
    step = RechargeStep.objects.get(status="waiting")
    with clock.fixed(make.NOON + timedelta(hours=1)):
        use(desk_of(amy), verb_of(step, verb), reason="looked at it")
    assert RechargePlan.objects.get().amount == amount


def test_lists_and_the_case_file_show_the_plan(amy):
    kim = make.member(card="ok")
    made = plan(kim)
    recharging.charge_due(at=day(2, 20))
    office = desk_of(amy)
    for name in ("rechargeplan", "rechargecycle", "rechargestep", "tiertable", "topup"):
        assert office.get(reverse(f"admin:billing_{name}_changelist")).status_code == 200
    assert office.get(reverse("admin:billing_rechargeplan_change", args=[made.pk])).status_code == 200
    case = office.get(reverse("admin:accounts_member_change", args=[kim.pk])).content.decode()
    assert "Auto-recharge" in case
    assert "20 Feb 2026 – 19 Mar 2026" in case


def test_tonight_tells_what_is_charged(amy):
    plan(make.member(card="ok"), chosen(number=11))
    assert "Auto-recharges" in desk_of(amy).get(reverse("admin:index")).content.decode()


@pytest.mark.clause("upstage/16.2")
def test_staff_cancel_for_a_member_who_asks(amy):
    made = plan(make.member(card="ok"))
    use(desk_of(amy), verb_of(made, "cancel"), reason="asked by telephone")
    assert RechargePlan.objects.get().status == "cancelled"
    assert "already" in desk_of(amy).get(verb_of(made, "cancel")).content.decode()
