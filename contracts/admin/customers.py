"""Customers at the desk: the list, each customer's case file, and what is done there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.rows import note_list
from contracts.admin import lines
from contracts.admin.customer_verbs import VERBS, Register
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.tones import TONES
from contracts.enums import CustomerStatus
from contracts.models import Contact, Contract, Customer
from contracts.queries.exposure import exposure_of
from contracts.queries.holds import hold_on
from contracts.queries.standing import standing_of
from upstage_console.kernel import wording
from upstage_console.kernel.admin import CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells
from upstage_console.kernel.calendars import kst_date

CURRENCY = "KRW"

parts = CaseParts()
parts.verbs.extend(VERBS)


def money(amount: Any, currency: str = CURRENCY) -> str:
    """An amount in the language of the page."""
    return "–" if amount is None else wording.money(amount, currency, wording.tongue(get_language()))


def day(value: Any) -> str:
    """A day in the language of the page."""
    return "–" if value is None else wording.day(value, wording.tongue(get_language()))


@admin.register(Customer)
class CustomerAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("shown_name", "number", "shown_status", "shown_limit", "registered_at")
    list_display_links = ("shown_name",)
    list_filter = ("status", "registered_at")
    list_select_related = ("firm",)
    search_fields = ("firm__name", "firm__name_en", "firm__business_number", "contacts__email", "contacts__name")
    search_help_text = gettext_lazy("Name of the firm, business registration number, or a contact")
    list_verbs = (Register,)

    def headline(self, row: Customer, at: datetime) -> str:
        if row.status == CustomerStatus.ENDED:
            return _("A firm with which no contracts are made any more.")
        running = [one for one in row.contracts.all() if standing_of(one, on=kst_date(at)) == "active"]
        if not running:
            return _("A customer without a contract in force.")
        return _("A customer with contracts in force: %(number)s.") % {"number": len(running)}

    def note_view(self, request: HttpRequest, row: Any) -> None:
        if row is not None:
            note_list(request, Contact.objects.filter(customer=row).count(), "customer.page")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By business number with or without hyphens."""
        digits = search_term.replace("-", "").strip()
        if digits.isdigit() and len(digits) == 10:
            return queryset.filter(Q(firm__business_number=digits)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("name"), ordering="firm__name")
    def shown_name(self, row: Customer) -> str:
        return row.firm.name

    @admin.display(description=gettext_lazy("business registration number"), ordering="firm__business_number")
    def number(self, row: Customer) -> str:
        return row.firm.number_shown

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Customer) -> SafeString:
        tone = "good" if row.status == CustomerStatus.ACTIVE else ""
        return cells.cell("pill", label=row.get_status_display(), tone=tone)

    @admin.display(description=gettext_lazy("credit limit"), ordering="credit_limit")
    def shown_limit(self, row: Customer) -> str:
        return money(row.credit_limit)


@parts.panel(10)
def facts(row: Customer, at: datetime) -> Panel:
    """Who the firm is."""
    firm = row.firm
    known = [
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Business registration number"), firm.number_shown),
        Fact(_("Name (English)"), firm.name_en or "–"),
        Fact(_("Representative"), firm.representative or "–"),
        Fact(_("Address"), firm.address or "–"),
        Fact(_("Business"), " · ".join(filter(None, (firm.business_type, firm.business_item))) or "–"),
        Fact(_("E-mail address for invoices"), firm.invoice_email or "–"),
        Fact(_("Language"), firm.get_language_display()),
        Fact(_("Registered at"), row.registered_at),
        Fact(_("Public id"), row.public_id),
    ]
    hold = hold_on(row)
    if hold is not None:
        known.append(Fact(_("Legal hold"), f"{hold.reason} ({hold.placed_by})"))
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def credit(row: Customer, at: datetime) -> Panel:
    """How far the credit goes, and how much of it is used."""
    seen = exposure_of(row)
    known = [
        Fact(_("Credit limit"), money(row.credit_limit)),
        Fact(_("Limit set by"), row.limit_set_by or "–"),
        Fact(_("Unpaid from before"), money(seen.unpaid_before)),
        Fact(_("Unpaid invoices"), money(seen.unpaid_invoices)),
    ]
    return Panel(_("Credit"), "admin/case/facts.html", {"facts": known})


@parts.panel(30)
def contacts(row: Customer, at: datetime) -> Panel:
    """The people there; who may request administrators is marked."""
    shown = [
        Line(
            one.name, aside=" · ".join(filter(None, (one.title, one.email, one.phone, _roles(one)))),
            pill=_("may request administrators") if one.requests_administrators else "", tone="good",
        )
        for one in row.contacts.filter(left_at__isnull=True)
    ]  # fmt: skip
    return lines.panel(_("Contacts"), shown, _("Nobody is named yet."))


def _roles(contact: Contact) -> str:
    return _("may sign") if contact.may_sign else ""


@parts.panel(40)
def contracts(row: Customer, at: datetime) -> Panel:
    """The contracts, the newest first."""
    today = kst_date(at)
    shown = [_contract(one, standing_of(one, on=today)) for one in row.contracts.order_by("-pk")]
    url = f"{reverse('admin:contracts_contract_changelist')}?customer__id__exact={row.pk}"
    return lines.panel(_("Contracts"), shown, _("No contracts yet."), url)


def _contract(row: Contract, standing: Any) -> Line:
    term = f"{day(row.starts_on)} – {day(row.ends_on)}" if row.starts_on else ""
    return Line(
        row.title, reverse("admin:contracts_contract_change", args=[row.pk]), standing.label, TONES[standing], term
    )


@parts.source
def deeds(row: Customer, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with the customer, its contacts and its contracts."""
    below = [*row.contacts.all(), *row.contracts.all()]
    return told([row.public_id, row.firm.public_id, *(one.public_id for one in below)], before, length)
