"""Service levels and support at the desk: verbs preview, ask for a reason, and need their permission."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts.enums import CaseStatus, OutageCause, ServiceCreditStatus
from contracts.models import (
    Case,
    CaseClock,
    Contract,
    Maintenance,
    Outage,
    Release,
    ServiceCredit,
    ServiceLevel,
    ServiceLevelReport,
    SupportPolicy,
)
from contracts.services import case_watch
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.contracts import promising
from tests.contracts.minutes import kst
from upstage_console.kernel import clock

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
NOW = kst("2027-10-01 09:00")


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def office(amy: User) -> Client:
    return desk_of(amy)


@pytest.fixture
def contract(amy: User) -> Contract:
    return promising.monitored(amy, flat=2_400_000)


def on_list(model: Any, verb: str) -> str:
    return reverse(f"admin:contracts_{model._meta.model_name}_do_on_list", args=[verb])


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# On the contract


def test_an_outage_is_recorded(office: Client, contract: Contract) -> None:
    fields = {"starts_at": "2027-09-21T13:00", "ends_at": "2027-09-21T17:12", "cause": "unplanned", "what": "화면"}
    url = verb_of(contract, "record-outage")
    assert "252" in preview(office, url, **fields).content.decode()
    assert not Outage.objects.exists()
    use(office, url, **fields)
    assert Outage.objects.get().starts_at == kst("2027-09-21 13:00")


def test_what_leaves_the_scope_needs_evidence(office: Client, contract: Contract) -> None:
    fields = {"starts_at": "2027-09-21T13:00", "ends_at": "2027-09-21T17:12", "cause": "force_majeure", "what": ""}
    answer = preview(office, verb_of(contract, "record-outage"), **fields)
    assert "evidence" in answer.context["form"].errors


def test_a_service_level_is_entered(office: Client, contract: Contract) -> None:
    fields = {
        "target": "99.9", "ladder": "99.9 10\n99 25", "cap_percent": "50", "notice_hours": "24", "minimum_minutes": "0",
        "claim_days": "", "effective_on": "2027-10-01",
    }  # fmt: skip
    use(office, verb_of(contract, "agree-level"), **fields)
    level = ServiceLevel.objects.get(version=2)
    assert level.ladder == [{"below": "99.9", "percent": "10"}, {"below": "99", "percent": "25"}]


@pytest.mark.parametrize("ladder", ["99.9", "x 5", "99.9 5 5"])
def test_steps_that_are_none(office: Client, contract: Contract, ladder: str) -> None:
    fields = {"target": "99.9", "ladder": ladder, "cap_percent": "50", "notice_hours": "24", "minimum_minutes": "0"}
    assert "ladder" in preview(office, verb_of(contract, "agree-level"), **fields).context["form"].errors


def test_support_is_entered(office: Client, contract: Contract) -> None:
    fields = {"hours": "09:00-12:00, 13:00-18:00", "days": "business", "targets": "critical 60 480\nminor 240 2400"}
    use(office, verb_of(contract, "agree-support"), **fields)
    policy = SupportPolicy.objects.get()
    assert (policy.hours, policy.targets.count()) == (["09:00-12:00", "13:00-18:00"], 2)


@pytest.mark.parametrize(("name", "value"), [("hours", "9-18"), ("targets", "critical 60"), ("targets", "dire 1 2")])
def test_support_that_is_none(office: Client, contract: Contract, name: str, value: str) -> None:
    fields = {"hours": "09:00-18:00", "days": "business", "targets": "critical 60 480", name: value}
    assert name in preview(office, verb_of(contract, "agree-support"), **fields).context["form"].errors


def test_a_draft_has_no_months_and_cases(office: Client, amy: User) -> None:
    draft = Contract.objects.create(customer=promising.customer(), title="초안", drafted_by=amy, drafted_at=NOW)
    for verb in ("record-outage", "measure-month", "open-case"):
        assert office.get(verb_of(draft, verb)).context["refused"].code == "not_concluded"


def test_the_case_file_shows_what_was_promised(office: Client, contract: Contract, amy: User) -> None:
    promising.agree_support(contract, amy)
    text = shown(office, page_of(contract))
    assert "99.5 %" in text
    assert "45 min to answer" in text


# From the month to the credit


def test_from_the_month_to_the_credit(office: Client, contract: Contract, ben: User) -> None:
    promising.stood_still(contract, "2027-09-21 13:00", "2027-09-21 17:12")
    use(office, verb_of(contract, "measure-month"), month="2027-09-15")
    report = ServiceLevelReport.objects.get()
    use(office, verb_of(report, "measure-anew"))
    assert "₩120,000" in preview(office, verb_of(report, "approve")).content.decode()
    use(office, verb_of(report, "approve"))
    credit = ServiceCredit.objects.get()
    assert preview(office, verb_of(credit, "approve")).context["effect"].refusal.code == "same_person"
    use(desk_of(ben), verb_of(credit, "approve"))
    credit.refresh_from_db()
    assert credit.status == ServiceCreditStatus.APPROVED
    for row in (report, credit):
        assert "₩120,000" in shown(office, page_of(row))


def test_a_credit_is_dropped(office: Client, contract: Contract) -> None:
    promising.stood_still(contract, "2027-09-21 13:00", "2027-09-21 17:12")
    use(office, verb_of(contract, "measure-month"), month="2027-09-15")
    use(office, verb_of(ServiceLevelReport.objects.get(), "approve"))
    use(office, verb_of(ServiceCredit.objects.get(), "drop"))
    assert ServiceCredit.objects.get().status == ServiceCreditStatus.DROPPED


def test_an_outage_is_withdrawn(office: Client, contract: Contract) -> None:
    outage = promising.stood_still(contract, "2027-09-21 13:00", "2027-09-21 17:12")
    assert "252" in shown(office, page_of(outage))
    use(office, verb_of(outage, "withdraw"))
    assert "Withdrawn" in shown(office, page_of(outage))


def test_maintenance_is_announced_and_called_off(office: Client, contract: Contract) -> None:
    fields = {
        "starts_at": "2027-10-09T01:00", "ends_at": "2027-10-09T02:00", "what_ko": "교체", "what_en": "New database",
        "contracts": [contract.pk],
    }  # fmt: skip
    url = on_list(Maintenance, "announce")
    assert "out of scope" in preview(office, url, **fields).content.decode()
    late = preview(office, url, **{**fields, "starts_at": "2027-10-01T19:00", "ends_at": "2027-10-01T20:00"})
    assert "announced too late" in late.content.decode()
    use(office, url, **fields)
    work = Maintenance.objects.get()
    use(office, verb_of(work, "call-off"))
    work.refresh_from_db()
    assert work.called_off_at == NOW


def test_a_release_is_published(office: Client) -> None:
    fields = {
        "version": "2.4.0", "released_on": "2027-10-01", "changes_ko": "가", "changes_en": "a",
        "compatibility": "breaking", "effect_ko": "나", "effect_en": "",
    }  # fmt: skip
    url = on_list(Release, "publish")
    assert "effect_en" in preview(office, url, **fields).context["form"].errors
    use(office, url, **{**fields, "effect_en": "b"})
    assert Release.objects.get().version == "2.4.0"


# Cases


@pytest.fixture
def case(contract: Contract, amy: User) -> Case:
    promising.agree_support(contract, amy)
    return Case.objects.get(public_id=promising.opened(contract, "2027-10-01 08:50"))


def test_a_case_from_the_desk(office: Client, contract: Contract, amy: User) -> None:
    promising.agree_support(contract, amy)
    asked = {"about": "service", "severity": "minor", "subject": "녹취가 안 들립니다", "text": "어제부터"}
    use(office, verb_of(contract, "open-case"), **asked)
    case = Case.objects.get()
    for verb, fields in (("answer", {"text": "봅니다"}), ("take-on", {}), ("pause", {}), ("resume", {}),
                         ("note", {"text": "내부", "is_internal": "on"}), ("resolve", {"text": "됐습니다"}),
                         ("reopen", {})):  # fmt: skip
        use(office, verb_of(case, verb), **fields)
        case.refresh_from_db()
    assert (case.status, case.assigned_to) == (CaseStatus.RESPONDED, amy)
    kinds = ["open", "respond", "pause", "resume", "message", "resolve", "reopen"]
    assert list(case.events.values_list("kind", flat=True)) == kinds
    text = shown(office, page_of(case))
    for part in ("Internal note", "봅니다", "Clocks"):
        assert part in text


def test_the_effect_of_a_pause_is_seen_first(office: Client, case: Case) -> None:
    effect = preview(office, verb_of(case, "pause")).context["effect"]
    assert any("7:30 left" in row.after for row in effect.rows)
    assert Case.objects.get().status == CaseStatus.OPEN


def test_a_missed_target_is_waived(office: Client, case: Case) -> None:
    assert office.get(verb_of(case, "waive")).context["refused"].code == "no_breach"
    with clock.fixed(NOW + timedelta(hours=2)):
        case_watch.watch(at=clock.now())
        use(office, verb_of(case, "waive"), metric="response")
        assert "asked for" in shown(office, page_of(case))
    assert CaseClock.objects.filter(waived_at__isnull=False).count() == 1


def test_what_a_resolved_case_allows(office: Client, case: Case) -> None:
    use(office, verb_of(case, "resolve"), text="됐습니다")
    for verb in ("answer", "pause", "resolve"):
        assert office.get(verb_of(case, verb)).context["refused"].code == "case_resolved"


def test_the_most_urgent_case_stands_first(office: Client, contract: Contract, case: Case) -> None:
    promising.opened(contract, "2027-09-30 10:00")
    rows = office.get(reverse("admin:contracts_case_changelist")).context["cl"].result_list
    assert [row.next_due for row in rows] == sorted(row.next_due for row in rows)


def test_the_queue_asks_as_much_of_three_cases_as_of_one(
    office: Client, contract: Contract, case: Case, django_assert_max_num_queries
) -> None:
    path = reverse("admin:contracts_case_changelist")
    office.get(path)
    with django_assert_max_num_queries(14):
        office.get(path)
    for _ in range(2):
        promising.opened(contract, "2027-09-30 10:00")
    with django_assert_max_num_queries(14):
        office.get(path)


@pytest.mark.parametrize(
    ("verb", "permission"),
    [("record-outage", "record_outage"), ("agree-level", "agree_servicelevel"), ("open-case", "handle_case")],
)
def test_each_verb_needs_its_permission(clerk: Any, contract: Contract, verb: str, permission: str) -> None:
    desk = clerk("contracts.view_contract")
    assert desk.get(verb_of(contract, verb)).status_code == 403
    assert desk.get(page_of(contract)).status_code == 200


@pytest.mark.parametrize("cause", list(OutageCause))
def test_lists_open(office: Client, contract: Contract, cause: OutageCause) -> None:
    promising.stood_still(contract, "2027-09-21 13:00", "2027-09-21 17:12", cause, evidence="기록", at="2027-09-30")
    for model in (Outage, Maintenance, Release, ServiceLevelReport, ServiceCredit, Case):
        shown(office, reverse(f"admin:contracts_{model._meta.model_name}_changelist"))
