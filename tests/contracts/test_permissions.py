"""Resale, assignment and references: only with the other side's prior permission (rift/10.2, 13, 14.1, 19)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from contracts.enums import ApprovalKind, ReferenceKind, SuccessionKind
from contracts.models import Breach, Contract, CustomerNotice, PriorApproval, ReferencePermission, Succession
from contracts.queries.permissions import coverage, is_shown, may_show
from contracts.services import prior_approvals, references, successions
from contracts.services.prior_approvals import Asked
from contracts.services.references import Wish
from contracts.services.successions import Plan
from tests.contracts import making, working
from tests.contracts.making import staff
from tests.contracts.working import MONDAY, seated
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
RESALE = Asked(ApprovalKind.RESALE, "소리상사", "outbound", "for its branches", until_on=date(2027, 9, 30))
ASSIGNMENT = Asked(ApprovalKind.ASSIGNMENT, "소리상사")
LOGO = Wish(ReferenceKind.LOGO, "our site, list of customers", date(2027, 12, 31))
TODAY = MONDAY.date()


@pytest.fixture
def contract() -> Contract:
    return working.building()


def asked(contract: Contract, what: Asked = RESALE, **more) -> PriorApproval:
    return prior_approvals.request(contract.public_id, what, **{"by": staff("amy"), "at": MONDAY, **more})


def approved(contract: Contract, what: Asked = RESALE, **more) -> PriorApproval:
    return prior_approvals.approve(asked(contract, what).public_id, by=staff("ben"), at=MONDAY, **more)


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value.code


def tasks(kind: str) -> int:
    return DueItem.objects.filter(kind=kind, closed_at__isnull=True).count()


@pytest.mark.clause("rift/10.2")
def test_a_request_covers_nothing_and_an_approval_only_what_it_names(contract):
    row = asked(contract)
    assert (coverage(contract, "소리상사", "outbound", on=TODAY).is_covered, tasks("prior_approval")) == (False, 1)
    prior_approvals.approve(row.public_id, by=staff("ben"), at=MONDAY)
    found = {
        (to, service, on): coverage(contract, to, service, on=on).is_covered
        for to, service, on in [
            ("소리상사", "outbound", TODAY), (" 소리상사 ", "Outbound", date(2027, 9, 30)),
            ("소리상사", "outbound", date(2027, 10, 1)), ("소리상사", "outbound", TODAY - timedelta(days=1)),
            ("소리상사", "recording", TODAY), ("하늘", "outbound", TODAY),
        ]
    }  # fmt: skip
    assert (list(found.values()), tasks("prior_approval")) == ([True, True, False, False, False, False], 0)
    assert not coverage(contract, "소리상사", "outbound", on=TODAY, kind=ApprovalKind.LEASE).is_covered


@pytest.mark.clause("rift/10.2")
def test_the_approval_is_written_and_says_what_it_covers(contract):
    row = approved(contract, reason="no sub-resale")
    letter = CustomerNotice.objects.get(key=f"approved:{row.public_id}")
    assert [part in letter.body_en for part in ("소리상사", "outbound", "30 Sep 2027", "no sub-resale")] == [True] * 4
    assert letter.clauses == ["rift/10.2"]


def test_an_approval_is_never_retroactive_and_never_longer_than_the_contract(contract):
    row = approved(contract, Asked(ApprovalKind.LEASE, "가", "나", from_on=date(2027, 1, 1)))
    assert (row.starts_on, row.ends_on) == (TODAY, date(2028, 1, 31))
    shorter = approved(contract, until_on=date(2027, 4, 30))
    assert shorter.ends_on == date(2027, 4, 30)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (Asked(ApprovalKind.RESALE, "가", " "), "service_not_named"),
        (Asked(ApprovalKind.RESALE, "가", "나", until_on=date(2027, 3, 7)), "invalid_dates"),
        (Asked(ApprovalKind.RESALE, "가", "나", until_on=date(2028, 2, 1)), "invalid_dates"),
        (Asked(ApprovalKind.RESALE, "가", "나", from_on=date(2027, 9, 1), until_on=date(2027, 8, 1)), "invalid_dates"),
    ],
)
def test_what_cannot_be_asked_for(contract, what, code):
    assert (refused(asked, contract, what), PriorApproval.objects.count()) == (code, 0)


def test_the_same_is_asked_for_once_at_a_time(contract):
    row = asked(contract)
    assert refused(asked, contract) == "already_done"
    prior_approvals.refuse(row.public_id, reason="competitor", by=staff("ben"), at=MONDAY)
    assert CustomerNotice.objects.filter(key=f"refused:{row.public_id}").count() == 1
    again = asked(contract)
    prior_approvals.withdraw(again.public_id, by=seated(contract), at=MONDAY)
    assert refused(prior_approvals.approve, again.public_id, by=staff("ben"), at=MONDAY) == "not_allowed"
    assert (tasks("prior_approval"), coverage(contract, "소리상사", "outbound", on=TODAY).is_covered) == (0, False)


def test_who_asked_too_late_is_not_approved_for_the_past(contract):
    row = asked(contract)
    late = datetime(2027, 10, 4, 10, tzinfo=KST)
    assert refused(prior_approvals.approve, row.public_id, by=staff("ben"), at=late) == "invalid_dates"


@pytest.mark.parametrize(("who", "side"), [("customer", "customer"), ("staff", "company")])
def test_either_side_ends_an_approval_with_the_day(contract, who, side):
    row, at = approved(contract), MONDAY + timedelta(days=3)
    by = seated(contract) if who == "customer" else staff("amy")
    done = prior_approvals.end(row.public_id, reason="no longer", by=by, at=at)
    assert (done.status, done.ended_side) == ("ended", side)
    days = [
        coverage(contract, "소리상사", "outbound", on=at.date() + timedelta(days=more)).is_covered for more in (0, 1)
    ]
    assert days == [True, False]
    assert refused(prior_approvals.end, row.public_id, reason="x", by=by, at=at) == "already_done"


@pytest.mark.clause("rift/10.2")
def test_resale_without_approval_is_a_breach_to_be_cured(contract):
    given = {"on": TODAY, "facts": "seen on its site", "by": staff("amy"), "at": MONDAY}
    row = prior_approvals.demand_cure(contract.public_id, RESALE, **given)
    assert (row.side, "10.2" in row.what, "seen on its site" in row.what) == ("company", True, True)
    approved(contract)
    assert refused(prior_approvals.demand_cure, contract.public_id, RESALE, **given) == "covered"
    assert Breach.objects.count() == 1


@pytest.mark.clause("rift/19")
def test_rights_go_to_nobody_without_written_consent(contract):
    given = {"by": staff("amy"), "at": MONDAY}
    assert refused(prior_approvals.assign, contract.public_id, "소리상사", **given) == "written_consent_needed"
    asked(contract, ASSIGNMENT)
    assert refused(prior_approvals.assign, contract.public_id, "소리상사", **given) == "written_consent_needed"
    prior_approvals.approve(PriorApproval.objects.get().public_id, by=staff("ben"), at=MONDAY)
    assert refused(prior_approvals.assign, contract.public_id, "하늘", **given) == "written_consent_needed"
    pledge = {**given, "kind": ApprovalKind.PLEDGE}
    assert refused(prior_approvals.assign, contract.public_id, "소리상사", **pledge) == "written_consent_needed"
    row = prior_approvals.assign(contract.public_id, "소리상사", **given)
    assert (row.carried_out_on, tasks("contract_assigned")) == (TODAY, 1)
    assert refused(prior_approvals.assign, contract.public_id, "소리상사", **given) == "already_done"
    assert refused(prior_approvals.end, row.public_id, reason="x", **given) == "already_done"


@pytest.mark.clause("rift/19")
def test_an_approved_resale_assigns_nothing(contract):
    approved(contract)
    assert refused(prior_approvals.assign, contract.public_id, "소리상사", by=staff("amy"), at=MONDAY) == (
        "written_consent_needed"
    )


@pytest.mark.clause("rift/19")
def test_the_companys_succession_is_told_to_every_running_customer_beforehand(contract):
    over = making.customer(making.NUMBERS[1])
    making.concluded(making.drafted(over, starts_on=date(2027, 1, 25), months=1))
    making.drafted(making.customer(making.NUMBERS[2]))
    at = MONDAY
    assert refused(successions.announce, Plan(SuccessionKind.MERGER, "새회사", TODAY), by=staff("amy"), at=at) == (
        "notice_too_short"
    )
    row = successions.announce(Plan(SuccessionKind.MERGER, "새회사", date(2027, 4, 1)), by=staff("amy"), at=at)
    told = CustomerNotice.objects.filter(key=f"succession:{row.public_id}")
    assert [one.customer for one in told] == [contract.customer]
    with pytest.raises(DatabaseError), transaction.atomic():
        Succession.objects.create(kind="split", successor="x", effective_on=TODAY, announced_on=TODAY, announced_at=at)


# References


def wished(contract: Contract, wish: Wish = LOGO) -> ReferencePermission:
    return references.ask(contract.public_id, wish, by=staff("amy"), at=MONDAY)


@pytest.mark.clause("rift/14.1", "rift/13.2")
def test_nothing_is_shown_before_consent_or_after_its_end(contract):
    row = wished(contract)
    assert may_show(contract.customer, ReferenceKind.LOGO, on=TODAY) is False
    references.grant(row.public_id, by=seated(contract), at=MONDAY)
    days = (TODAY - timedelta(days=1), TODAY, LOGO.until_on, LOGO.until_on + timedelta(days=1))
    assert [may_show(contract.customer, ReferenceKind.LOGO, on=on) for on in days] == [False, True, True, False]
    assert may_show(contract.customer, ReferenceKind.CASE_STUDY, on=TODAY) is False
    assert DueItem.objects.get(kind="reference_removal").due_at == datetime(2028, 1, 8, tzinfo=KST)


@pytest.mark.clause("rift/14.1")
def test_staff_write_consent_down_only_with_proof(contract):
    row = wished(contract)
    assert refused(references.grant, row.public_id, by=staff("amy"), at=MONDAY, answer=" ") == "proof_needed"
    done = references.grant(row.public_id, by=staff("amy"), at=MONDAY, answer="mail of 8 March")
    assert (done.status, done.answered_side) == ("granted", "company")


@pytest.mark.clause("rift/14.1")
def test_consent_is_withdrawn_at_any_time_and_what_is_shown_is_taken_down(contract):
    row, user = wished(contract), seated(contract)
    references.grant(row.public_id, by=user, at=MONDAY)
    references.withdraw(row.public_id, by=user, at=MONDAY + timedelta(days=1))
    row.refresh_from_db()
    assert is_shown(row, on=TODAY + timedelta(days=1)) is False
    assert DueItem.objects.get(kind="reference_removal").due_at == datetime(2027, 3, 17, tzinfo=KST)
    assert refused(references.withdraw, row.public_id, by=user, at=MONDAY) == "already_done"
    keys = CustomerNotice.objects.filter(about="reference").order_by("pk").values_list("key", flat=True)
    assert [key.partition(":")[0] for key in keys] == ["asked", "granted", "withdrawn"]


def test_a_question_may_be_declined_or_dropped(contract):
    first, second = wished(contract), wished(contract, Wish(ReferenceKind.SEMINAR, "May", date(2027, 5, 31)))
    references.decline(first.public_id, by=seated(contract), at=MONDAY)
    references.drop(second.public_id, reason="no longer needed", by=staff("amy"), at=MONDAY)
    assert refused(references.grant, first.public_id, by=staff("amy"), at=MONDAY, answer="mail") == "not_allowed"
    assert refused(references.grant, second.public_id, by=staff("amy"), at=MONDAY, answer="mail") == "not_allowed"


def test_a_reference_ends_after_it_begins(contract):
    assert refused(wished, contract, Wish(ReferenceKind.LOGO, "x", TODAY - timedelta(days=1))) == "invalid_dates"
    row = wished(contract, Wish(ReferenceKind.LOGO, "x", TODAY))
    late = MONDAY + timedelta(days=1)
    assert refused(references.grant, row.public_id, by=staff("amy"), at=late, answer="mail") == "invalid_dates"


@pytest.mark.parametrize(
    "change",
    [{"to": "x"}, {"decision": "x"}, {"ends_on": date(2030, 1, 1)}, {"status": "requested"}, {"ended_at": MONDAY}],
)
def test_the_database_keeps_what_was_approved(contract, change):
    row = approved(contract)
    with pytest.raises(DatabaseError), transaction.atomic():
        PriorApproval.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PriorApproval.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize("change", [{"scope": "x"}, {"answer": "x"}, {"status": "asked"}, {"status": "withdrawn"}])
def test_the_database_keeps_what_was_consented_to(contract, change):
    row = references.grant(wished(contract).public_id, by=staff("amy"), at=MONDAY, answer="mail")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferencePermission.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferencePermission.objects.filter(pk=row.pk).delete()
