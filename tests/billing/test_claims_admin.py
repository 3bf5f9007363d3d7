"""Claims, worksheets and waivers at the desk: preview, reason, second person; the ageing report."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import Compensation, Invoice, LateFeeWaiver, LiabilityClaim, MemberClaim
from billing.services import fees, invoices
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.billing import make
from upstage_console.kernel import clock

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db

NOW = make.NOON + timedelta(days=60)
STORY = {"what_ko": "무단 복제", "what_en": "copied"}
PENALTY = {"first_on": "2026-02-01", "factor": "2.5", "base": "1000", "base_reason": "from the log", **STORY}
INCIDENT = {
    "incident_on": "2026-03-02", "fault": "ordinary", "direct": "90,000 data lost\n1 a day", "excluded": "5 profit",
    "follows": "", "cause": "", **STORY,
}  # fmt: skip


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def member(db):
    holder = make.member(card="ok")
    fees.pay_at_once(
        member_id=holder.pk, amount=Decimal(40_000), what_ko="요금", what_en="Fee", by=None, at=make.NOON, key="a"
    )
    return holder


@pytest.fixture
def late(member):
    return invoices.issue_single(
        member_id=member.pk, amount=Decimal(100_000), due_on=date(2026, 2, 27), what_ko="요금", what_en="Fee", by=None,
        at=make.NOON,
    )  # fmt: skip


def test_a_penalty_is_worked_out_by_one_and_approved_by_another(amy, ben, member):
    office, url = desk_of(amy), verb_of(member, "claim-penalty")
    shown = preview(office, url, **PENALTY).content.decode()
    assert "₩2,500" in shown
    assert "₩10,000" in shown
    assert not MemberClaim.objects.exists()
    use(office, url, **PENALTY)
    claim = MemberClaim.objects.get()
    assert "A second person has to do this" in preview(office, verb_of(claim, "approve")).content.decode()
    use(desk_of(ben), verb_of(claim, "approve"))
    claim.refresh_from_db()
    assert (claim.status, claim.invoice.total) == ("approved", 2500)


def test_a_factor_above_ten_is_refused_with_its_clause(amy, member):
    page = preview(desk_of(amy), verb_of(member, "claim-penalty"), **PENALTY | {"factor": "10.000001"})
    assert "at most 10 times" in page.content.decode()
    assert not MemberClaim.objects.exists()


def test_damages_are_typed_one_a_line(amy, member):
    given = {"damage": "70,000 a server\n500 a disk", "legal_fees": "5001 counsel", "expenses": "", **STORY}
    use(desk_of(amy), verb_of(member, "claim-damages"), **given)
    claim = MemberClaim.objects.get()
    assert [(head.kind, head.amount) for head in claim.heads.all()] == [
        ("damage", 70_000), ("damage", 500), ("legal_fees", 5001),
    ]  # fmt: skip
    assert "Damage" in desk_of(amy).get(page_of(claim)).content.decode()


@pytest.mark.parametrize("line", ["a server", "70000", "-5 x", "1e9 x", "٣ x"])
def test_what_is_no_amount_with_words_is_told(amy, member, line):
    given = {"damage": line, "legal_fees": "", "expenses": "", **STORY}
    page = preview(desk_of(amy), verb_of(member, "claim-damages"), **given)
    assert page.context["form"].errors.keys() == {"damage"}


def test_evidence_is_added_and_opened(amy, member, settings, tmp_path, clerk):
    settings.MEDIA_ROOT = tmp_path
    office = desk_of(amy)
    use(office, verb_of(member, "claim-penalty"), **PENALTY)
    claim = MemberClaim.objects.get()
    url = reverse("admin:billing_memberclaim_evidence", args=[claim.pk])
    for _twice in range(2):
        office.post(url, {"name": "the log", "file": SimpleUploadedFile("log.txt", b"proof"), "is_shown": "on"})
    kept = claim.evidence.get()
    page = office.get(page_of(claim)).content.decode()
    assert kept.sha256 in page
    opened = office.get(reverse("admin:billing_claimevidence_open", args=[kept.pk]))
    assert b"".join(opened.streaming_content) == b"proof"
    stranger = clerk("billing.view_invoice")
    assert stranger.get(reverse("admin:billing_claimevidence_open", args=[kept.pk])).status_code == 403
    assert stranger.post(url, {}).status_code == 403
    assert office.get(url).status_code == 405


def test_compensation_is_worked_out_decided_and_recorded(amy, ben, member):
    office, second = desk_of(amy), desk_of(ben)
    shown = preview(office, verb_of(member, "work-out-liability"), **INCIDENT).content.decode()
    assert "₩40,000" in shown
    assert "Invoice UC-" in shown
    use(office, verb_of(member, "work-out-liability"), **INCIDENT)
    row = LiabilityClaim.objects.get()
    assert (row.claimed, row.excluded, row.payable) == (90_006, 5, 40_000)
    use(second, verb_of(row, "approve"))
    given = {"amount": "40000", "paid_on": "2026-04-01", "how": "transfer 7"}
    use(office, verb_of(row, "record-compensation"), **given)
    made = Compensation.objects.get()
    use(second, verb_of(made, "approve"))
    made.refresh_from_db()
    assert made.status == "approved"
    page = office.get(page_of(row)).content.decode()
    assert "transfer 7" in page


def test_a_late_fee_is_waived_by_two(amy, ben, late):
    office = desk_of(amy)
    use(office, verb_of(late, "waive-late-fee"), amount="1650")
    row = LateFeeWaiver.objects.get()
    shown = preview(desk_of(ben), verb_of(row, "approve")).content.decode()
    assert "<del>₩1,650</del> → ₩0" in shown
    use(desk_of(ben), verb_of(row, "approve"))
    row.refresh_from_db()
    assert row.status == "approved"
    assert "There is no late fee" not in office.get(page_of(row)).content.decode()


def test_the_ageing_report_shows_ages_and_leads_to_members(amy, late):
    page = desk_of(amy).get(reverse("admin:billing_ageddebt_changelist")).content.decode()
    assert "31–60 days late" in page  # noqa: RUF001
    assert "₩111,650" in page
    assert reverse("admin:accounts_member_change", args=[late.member_id]) in page


def test_the_ageing_report_is_a_file_too(amy, late):
    response = desk_of(amy).get(reverse("admin:billing_ageddebt_file"))
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1] == "kim,KRW,1,2026-02-27,0,0,110000,0,0,110000,1650,111650,member"


def test_who_may_not_sees_none_of_it(clerk, late):
    client = clerk("billing.view_invoice", "accounts.view_member")
    assert client.get(reverse("admin:billing_ageddebt_changelist")).status_code == 403
    assert client.get(reverse("admin:billing_ageddebt_file")).status_code == 403
    assert client.get(verb_of(late, "waive-late-fee")).status_code == 403
    assert client.get(verb_of(late.member, "claim-penalty")).status_code == 403
    assert Invoice.objects.count() == 2
