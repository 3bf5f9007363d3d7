"""What a member is told of an objection to an invoice or to a charge (upstage/20.3)."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import FeeObjectionStatus
from billing.models import Charge, FeeObjection, Invoice
from billing.queries import objections as queries
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase, day

CLAUSES: Final = ("upstage/20.3",)

OF_INVOICES: Final = {
    "received": (
        _("We have your objection to invoice %(number)s"),
        _(
            "We look at it with your usage and payments, and answer by the end of %(until)s. Meanwhile use is not "
            "suspended for this invoice."
        ),
    ),
    "upheld": (
        _("Your objection to invoice %(number)s was upheld"),
        _("%(total)s (with tax) of it are not owed; what you paid of that goes back to you. %(answer)s"),
    ),
    "rejected": (
        _("Your objection to invoice %(number)s was not upheld"),
        _("We looked at it with your usage and payments. The invoice stands. %(answer)s"),
    ),
    "late": (
        _("Our answer to your objection is late"),
        _("You objected to invoice %(number)s; we promised an answer by %(until)s. It takes longer. %(reason)s"),
    ),
}
OF_CHARGES: Final = {
    "received": (
        _("We have your objection to a charge for %(service)s"),
        _(
            "It is about %(amount)s for your use of %(service)s on %(day)s. We look at it with your usage and "
            "payments, and answer by the end of %(until)s. Meanwhile use is not suspended for the invoice it stands on."
        ),
    ),
    "upheld": (
        _("Your objection to a charge for %(service)s was upheld"),
        _(
            "It is about your use on %(day)s. %(restored)s of credits went back to the lots they came from, and "
            "%(lowered)s is no longer owed; what you paid of that on an invoice goes back to you, with its tax. "
            "%(answer)s"
        ),
    ),
    "rejected": (
        _("Your objection to a charge for %(service)s was not upheld"),
        _(
            "We looked at your use on %(day)s with its records and your payments. The charge of %(amount)s stands. "
            "%(answer)s"
        ),
    ),
    "late": (
        _("Our answer to your objection is late"),
        _(
            "You objected to a charge for your use of %(service)s on %(day)s; we promised an answer by %(until)s. It "
            "takes longer. %(reason)s"
        ),
    ),
}


def tell(objection: FeeObjection, stage: str, at: datetime) -> None:
    """Tell its member, once at each stage: `received`, `upheld`, `rejected`."""
    notices.notify(
        member_id=objection.member_id, about="fee_objection", text=text(objection, stage),
        key=f"{objection.public_id}:{stage}", at=at, stage=stage, clauses=CLAUSES,
    )  # fmt: skip


def text(objection: FeeObjection, stage: str, **more: object) -> notices.Text:
    """What is said at a stage; `more` are facts of its own."""
    charge = objection.charge
    facts: dict[str, Any] = {"until": objection.review_by, "answer": objection.answer, **more}
    if charge is None:
        subject, body = OF_INVOICES[stage]
        return notices.compose(subject, body, **facts | _of_invoice(objection))
    subject, body = OF_CHARGES[stage]
    return notices.compose(subject, body, **facts | _of_charge(objection, charge))


def _of_invoice(objection: FeeObjection) -> dict[str, Any]:
    invoice = invoice_of(objection)
    off = -objection.credit_note.total if objection.credit_note else Decimal(0)
    return {"number": invoice.number, "total": Money(off, invoice.currency)}


def invoice_of(objection: FeeObjection) -> Invoice:
    """The invoice of an objection that is not about a charge."""
    if objection.invoice is None:
        raise ValueError("an objection is about an invoice or about a charge")
    return objection.invoice


def _of_charge(objection: FeeObjection, charge: Charge) -> dict[str, Any]:
    facts = {"day": charge.day, "service": _service(charge), "amount": Money(charge.amount, charge.currency)}
    if objection.status != FeeObjectionStatus.APPROVED:
        return facts
    back = queries.given_back(objection)
    return facts | {"restored": Money(back.restored, charge.currency), "lowered": Money(back.lowered, charge.currency)}


def _service(charge: Charge) -> Phrase:
    return Phrase(charge.meter.service.name_ko, charge.meter.service.name_en)


def subject_of(objection: FeeObjection) -> Phrase:
    """What it is about, in few words: the number of the invoice, or the service and day of the charge."""
    charge = objection.charge
    if charge is None:
        number = invoice_of(objection).number
        return Phrase(number, number)
    service = _service(charge)
    return Phrase(f"{service.ko} {day(charge.day, 'ko')}", f"{service.en} {day(charge.day, 'en')}")
