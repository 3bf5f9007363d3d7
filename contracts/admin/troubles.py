"""What stands against a contract, and how its promises are kept: two panels of its file (rift/7.3, 8.1, 15.2)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.admin import lines
from contracts.admin.contract_parts import parts
from contracts.admin.customers import day, money
from contracts.admin.lines import Line
from contracts.enums import BreachStatus, CaseStatus, ServiceCreditStatus
from contracts.models import Breach, Contract, Delinquency, Termination
from upstage_console.kernel.admin import Panel
from upstage_console.kernel.figures import grouped

MOST_SHOWN = 12


@parts.panel(12)
def troubles(row: Contract, at: datetime) -> Panel | None:
    """Delinquencies, demands and terminations, the newest first; nothing where there were none."""
    shown = [
        *map(_termination, row.terminations.order_by("-pk")[:MOST_SHOWN]),
        *map(_breach, row.breaches.order_by("-pk")[:MOST_SHOWN]),
        *map(_delinquency, row.delinquencies.select_related("invoice").order_by("-pk")[:MOST_SHOWN]),
    ]
    return lines.panel(_("Trouble"), shown, "") if shown else None


def _delinquency(one: Delinquency) -> Line:
    is_annulled = one.annulled_at is not None
    return Line(
        _("Late: %(number)s") % {"number": one.invoice.number},
        reverse("admin:billing_firminvoice_change", args=[one.invoice_id]),
        _("annulled") if is_annulled else _("counts"), "" if is_annulled else "danger",
        _("%(unpaid)s unpaid at the end of %(on)s")
        % {"unpaid": money(one.unpaid, one.invoice.currency), "on": day(one.due_on)},
    )  # fmt: skip


def _breach(one: Breach) -> Line:
    until = _("not received yet")
    if one.cure_until:
        until = _("to be cured until the end of %(on)s") % {"on": day(one.cure_until)}
    return Line(
        one.what, reverse("admin:contracts_breach_change", args=[one.pk]), one.get_status_display(),
        "warn" if one.status == BreachStatus.RUNNING else "good", f"{one.get_side_display()} · {until}",
    )  # fmt: skip


def _termination(one: Termination) -> Line:
    return Line(
        _("Termination"), reverse("admin:contracts_termination_change", args=[one.pk]), one.get_status_display(),
        "danger",
    )  # fmt: skip


@parts.panel(32)
def kept(row: Contract, at: datetime) -> Panel | None:
    """The last months as measured, what is given back for them and still open, and the cases that wait."""
    shown = [*_months(row), *_credits(row), *_cases(row)]
    return lines.panel(_("How it is kept"), shown, "") if shown else None


def _months(row: Contract) -> list[Line]:
    found = row.reports.order_by("-month", "-revision")[:3]
    return [
        Line(
            f"{one.month:%Y-%m}", reverse("admin:contracts_servicelevelreport_change", args=[one.pk]),
            f"{grouped(one.availability)} %", "good" if one.is_met else "danger",
            _("approved") if one.approved_at else _("not approved yet"),
        )
        for one in found
    ]  # fmt: skip


def _credits(row: Contract) -> list[Line]:
    waiting = row.service_credits.filter(status__in=[ServiceCreditStatus.PROPOSED, ServiceCreditStatus.APPROVED])
    left: Decimal | None = waiting.aggregate(left=Sum("left"))["left"]
    url = f"{reverse('admin:contracts_servicecredit_changelist')}?contract__id__exact={row.pk}"
    return [Line(_("Service credits that are open"), url, money(left, row.currency), "warn")] if left else []


def _cases(row: Contract) -> list[Line]:
    waiting = row.cases.exclude(status=CaseStatus.RESOLVED).order_by("-pk")[:MOST_SHOWN]
    return [
        Line(
            one.subject, reverse("admin:contracts_case_change", args=[one.pk]), one.get_status_display(), "warn",
            one.get_severity_display(),
        )
        for one in waiting
    ]  # fmt: skip
