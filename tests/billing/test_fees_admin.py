"""A fee charged to a member's card at the desk: preview, reason, once; what the bank says is told (upstage/18.1)."""

import pytest

from billing.models import Invoice, Payment, SandboxCharge
from billing.services import payments
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.billing import make
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

__all__ = ["clerk"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.1", "upstage/18.4")]
FEE = {"amount": "10000", "what_ko": "데이터 이전", "what_en": "moving data", "reason": "order 7"}


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def test_it_is_invoiced_and_paid_at_once(amy, commits):
    kim = make.member(card="ok")
    url, office = verb_of(kim, "charge-fee"), desk_of(amy)
    shown = preview(office, url, **FEE).content.decode()
    assert ("₩11,000" in shown, Invoice.objects.exists(), Payment.objects.exists()) == (True, False, False)
    with commits(execute=True):
        assert use(office, url, **FEE).status_code == 302
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.total, Payment.objects.get().amount) == ("paid", 11_000, 11_000)
    assert AuditEvent.objects.get(action="invoice.issued").reason == "order 7"


def test_the_same_form_sent_twice_charges_once(amy, commits):
    kim = make.member(card="ok")
    for _ in range(2):
        with commits(execute=True):
            use(desk_of(amy), verb_of(kim, "charge-fee"), **FEE)
    assert (Invoice.objects.count(), SandboxCharge.objects.count()) == (1, 1)


@pytest.mark.parametrize(("card", "status"), [("declined", "failed"), ("times_out", "pending")])
def test_where_the_card_does_not_pay_the_invoice_stays_due(amy, commits, card, status):
    kim = make.member(card=card)
    with commits(execute=True):
        use(desk_of(amy), verb_of(kim, "charge-fee"), **FEE)
    assert (Invoice.objects.get().status, Payment.objects.get().status) == ("issued", status)


def test_what_was_not_asked_after_the_commit_is_asked_by_the_job(amy):
    use(desk_of(amy), verb_of(make.member(card="ok"), "charge-fee"), **FEE)
    assert Payment.objects.get().status == "created"
    payments.reconcile(at=make.later(hours=1))
    assert (Invoice.objects.get().status, SandboxCharge.objects.count()) == ("paid", 1)


def test_nothing_is_charged_without_a_card_or_for_no_amount(amy):
    without, kim = make.member(), make.member(card="ok")
    for holder, fields in ((without, {}), (kim, {"amount": "0"}), (kim, {"amount": "0.5"}), (kim, {"amount": "-1"})):
        preview(desk_of(amy), verb_of(holder, "charge-fee"), **FEE | fields)
    assert not Invoice.objects.exists()


def test_who_may_only_invoice_charges_no_card(clerk):
    kim = make.member(card="ok")
    assert clerk("billing.issue_invoice").get(verb_of(kim, "charge-fee")).status_code == 403
