"""What customers hear of outages, maintenance, months, credits, cases and releases (rift/8.1-8.3, 9.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services.notices import Text, compose, compose_each
from contracts.enums import CaseEventKind, Compatibility, Metric, OutageCause
from contracts.models import (
    CaseEvent,
    Contract,
    Maintenance,
    Outage,
    Release,
    ServiceCredit,
    ServiceLevelReport,
)
from contracts.services import letters
from contracts.services.letters import Letter
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase, day, month

OUTAGE: Final = ["rift/8.2"]
LEVEL: Final = ["rift/8.1"]
SUPPORT: Final = ["rift/8.1", "rift/9.1"]
RELEASE: Final = ["rift/8.3"]


# Outages and maintenance


def outage_recorded(outage: Outage, *, at: datetime) -> None:
    """Tell the customer of an outage: beforehand of planned work, afterwards of the rest (rift/8.2)."""
    subject, body = _("Outage of %(contract)s"), _("It stood still from %(start)s to %(end)s. %(what)s")
    if outage.cause == OutageCause.PLANNED:
        subject, body = _("Maintenance of %(contract)s"), _("Planned from %(start)s to %(end)s. %(what)s")
    text = compose(subject, body, contract=outage.contract.title, start=outage.starts_at, end=outage.ends_at,
                   what=outage.what)  # fmt: skip
    letters.tell([_about(outage.contract, "outage", text, f"outage:{outage.public_id}", OUTAGE)], at=at)


def maintenance_announced(work: Maintenance, *, at: datetime) -> None:
    """Announce planned work to each customer it touches."""
    _of_work(work, _("Maintenance: %(what)s"), _("Planned from %(start)s to %(end)s. %(what)s"), "announced", at)


def maintenance_called_off(work: Maintenance, *, at: datetime) -> None:
    """Tell the same customers that it does not take place."""
    body = _("The maintenance planned from %(start)s to %(end)s does not take place.")
    _of_work(work, _("Called off: %(what)s"), body, "called_off", at)


def _of_work(work: Maintenance, subject: Promise, body: Promise, stage: str, at: datetime) -> None:
    text = compose(subject, body, what=Phrase(work.what_ko, work.what_en), start=work.starts_at, end=work.ends_at)
    key = f"maintenance:{work.public_id}:{stage}"
    told = {outage.customer_id: outage for outage in work.outages.select_related("contract").order_by("-id")}
    letters.tell([_about(one.contract, "maintenance", text, key, OUTAGE) for one in told.values()], at=at)


# Months and credits


def report_ready(report: ServiceLevelReport, *, at: datetime) -> None:
    """Tell the customer that the report of a month is there, with its arithmetic."""
    why = Phrase(report.why["ko"], report.why["en"])
    text = compose(
        _("Service level of %(contract)s in %(month)s"), _("%(why)s The report: %(page)s"), why=why,
        contract=report.contract.title, month=month(report.month), page=settings.SITE_URL + page_of(report),
    )  # fmt: skip
    key = f"service_level:{report.public_id}"
    letters.tell([_about(report.contract, "service_level", text, key, LEVEL)], at=at)


def page_of(report: ServiceLevelReport) -> str:
    """Where a report stands."""
    return reverse("contract-service-level", args=[report.contract.public_id, f"{report.month:%Y-%m}"])


def credit_given(credit: ServiceCredit, *, at: datetime) -> None:
    """Tell the customer what the next invoice gives back."""
    text = compose(
        _("%(amount)s back for %(month)s: %(contract)s"),
        _("The availability of %(month)s fell short of what was agreed. %(amount)s (without VAT) is taken off your "
          "next invoice or, where none follows, given back."),
        amount=Money(credit.amount, credit.currency), month=month(credit.month), contract=credit.contract.title,
    )  # fmt: skip
    key = f"service_credit:{credit.public_id}"
    letters.tell([_about(credit.contract, "service_credit", text, key, LEVEL)], at=at)


# Cases

HEADINGS: Final = {
    CaseEventKind.RESPOND: _("Answer: %(case)s"),
    CaseEventKind.MESSAGE: _("Answer: %(case)s"),
    CaseEventKind.PAUSE: _("We wait for you: %(case)s"),
    CaseEventKind.RESOLVE: _("Resolved: %(case)s"),
}
METRICS: Final = {
    Metric.RESPONSE: Phrase("첫 답변", "the first answer"),
    Metric.RESOLUTION: Phrase("해결", "the fix"),
}


def case_moved(event: CaseEvent, *, at: datetime) -> None:
    """Tell the customer what the company did about a case; of internal notes and their own messages nothing."""
    heading = HEADINGS.get(CaseEventKind(event.kind))
    if heading is None or event.is_internal or event.is_of_customer:
        return
    case = event.case
    text = compose(heading, _("%(text)s"), case=case.subject[:150], text=event.text)
    letters.tell([_about(case.contract, "case", text, f"case:{case.public_id}:{event.position}", SUPPORT)], at=at)


@dataclass(frozen=True, slots=True)
class MissedTarget:
    """A target of a case that was missed: whose it is, the case by its public id, and when it was due."""

    customer_id: int
    contract_id: int
    case_id: str
    subject: str
    metric: str
    due_at: datetime


def targets_missed(missed: Sequence[MissedTarget], *, at: datetime) -> None:
    """Tell customers that targets of their cases were missed, all by one statement."""
    facts = [{"case": one.subject[:150], "metric": METRICS[Metric(one.metric)], "due": one.due_at} for one in missed]
    body = _("%(metric)s was due at %(due)s and is late. It is counted in the report of the month.")
    texts = compose_each(_("Late: %(case)s"), body, facts)
    letters.tell([_late(one, text) for one, text in zip(missed, texts, strict=True)], at=at)


def _late(one: MissedTarget, text: Text) -> Letter:
    return Letter(one.customer_id, one.contract_id, "case", text, f"late:{one.case_id}:{one.metric}", SUPPORT)


def support_days(contract: Contract, days: Mapping[str, str], version: int, *, at: datetime) -> None:
    """Tell the customer on which days support is open otherwise, and at which hours."""
    told = [_opening(date.fromisoformat(one), hours) for one, hours in days.items()]
    text = compose(
        _("Support hours of “%(contract)s” on some days"),
        _("Support is open otherwise on these days, in Korean time: %(days)s. Times until which we answer and fix open "
          "cases are counted over them."),
        contract=contract.title, days=Phrase("; ".join(one.ko for one in told), "; ".join(one.en for one in told)),
    )  # fmt: skip
    letters.tell([_about(contract, "case", text, f"support-days:{contract.public_id}:{version}", SUPPORT)], at=at)


def _opening(on: date, hours: str) -> Phrase:
    return Phrase(f"{day(on, 'ko')}: {hours or '쉼'}", f"{day(on, 'en')}: {hours or 'closed'}")


# Releases


def release_published(release: Release, contracts: Sequence[Contract], *, at: datetime) -> None:
    """Tell the customers of running contracts what a release brings and what it means for them (rift/8.3)."""
    text = compose(
        _("Release %(version)s"), _("%(changes)s\n\nCompatibility: %(compatibility)s. %(effect)s"),
        version=release.version, changes=Phrase(release.changes_ko, release.changes_en),
        compatibility=Compatibility(release.compatibility).label, effect=Phrase(release.effect_ko, release.effect_en),
    )  # fmt: skip
    told = {contract.customer_id: contract for contract in contracts}
    key = f"release:{release.public_id}"
    letters.tell([Letter(one, None, "release", text, key, RELEASE) for one in told], at=at)


def _about(contract: Contract, about: str, text: Text, key: str, clauses: Sequence[str]) -> Letter:
    return Letter(contract.customer_id, contract.pk, about, text, key, clauses)
