"""Third parties of contracts at the desk: listed, their changes told, no longer used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminURLInputWidget

from contracts.admin import lines
from contracts.admin import service_fields as fields
from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.contract_parts import SERVICE, parts
from contracts.admin.contracts import OfUnended
from contracts.admin.customers import day
from contracts.admin.lines import Line
from contracts.enums import Side, ThirdPartyKind, ThirdPartyMatter
from contracts.models import Contract, ThirdParty, ThirdPartyChange
from contracts.services import third_parties
from contracts.services.third_parties import Provider
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Panel,
    PlainVerb,
    ReasonForm,
    Text,
    Verb,
    cells,
)
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import Phrase

MAY_LIST = "contracts.list_thirdparty"

third_party_parts = CaseParts()


class ThirdPartyForm(ReasonForm):
    kind = choice_field(gettext_lazy("What it provides"), ThirdPartyKind.choices)
    name = fields.line(gettext_lazy("Name"), 120)
    terms_title = fields.line(gettext_lazy("Its terms"))
    terms_url = forms.URLField(
        label=gettext_lazy("Link to its terms"), max_length=500, required=False, widget=UnfoldAdminURLInputWidget,
        assume_scheme="https",
    )  # fmt: skip
    contracts_with = choice_field(gettext_lazy("Who contracts with it"), Side.choices)
    pays = choice_field(gettext_lazy("Who pays it"), Side.choices)


class ListThirdParty(OfUnended):
    name, label, icon = "list-third-party", gettext_lazy("List a third party"), "hub"
    permission, form = MAY_LIST, ThirdPartyForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Its terms and prices apply besides (5.3, 12.1). The firm of a concluded contract is told.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        provider = Provider(
            ThirdPartyKind(given["kind"]), given["name"], given["terms_title"], given["terms_url"],
            Side(given["contracts_with"]), Side(given["pays"]),
        )  # fmt: skip
        made = third_parties.add(row.public_id, provider, reason=given["reason"], by=by, at=at)
        return Done(_("It is listed."), result=made)


SERVICE.verbs.append(ListThirdParty)


@parts.panel(48)
def listed(row: Contract, at: datetime) -> Panel | None:
    """The third parties the service rests on: whose terms apply, who contracts and who pays."""
    shown = [_line(one) for one in row.third_parties.order_by("ended_at", "-pk")]
    return lines.panel(_("Third parties"), shown, "") if shown else None


def _line(row: ThirdParty) -> Line:
    url = reverse("admin:contracts_thirdparty_change", args=[row.pk])
    pill = _("no longer used") if row.ended_at else str(row.get_kind_display())
    who = _("%(by)s contracts, %(pays)s pays") % {
        "by": row.get_contracts_with_display(),
        "pays": row.get_pays_display(),
    }
    return Line(row.name, url, pill, "", fields.joined([row.terms_title, who]))


class OfUsed(Verb):
    """A verb of a third party that is still used."""

    permission = MAY_LIST

    def refusal(self, row: ThirdParty, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.ended_at else None


class ChangeForm(ReasonForm):
    matter = choice_field(gettext_lazy("What changes"), ThirdPartyMatter.choices)
    what_ko = fields.area(gettext_lazy("What it means (Korean)"), 4000)
    what_en = fields.area(gettext_lazy("What it means (English)"), 4000)
    effective_on = day_field(gettext_lazy("Takes effect on"))


class TellChange(OfUsed):
    name, label, tone, icon = "tell-change", gettext_lazy("It changes its price or terms"), "primary", "campaign"
    form = ChangeForm

    def sentence(self, row: ThirdParty, *, at: datetime) -> Text:
        return _("It is written down, and the firm is told now.")

    def run(self, row: ThirdParty, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        what = Phrase(given["what_ko"], given["what_en"])
        made = third_parties.change(
            row.public_id, ThirdPartyMatter(given["matter"]), what, effective_on=given["effective_on"],
            reason=given["reason"], by=by, at=at,
        )  # fmt: skip
        return Done(_("The firm is told."), result=made)


class End(OfUsed, PlainVerb):
    name, label, icon = "end", gettext_lazy("It is no longer used"), "link_off"
    says = gettext_lazy("It stays listed as past.")
    after = gettext_lazy("It is past.")
    service = staticmethod(third_parties.end)


third_party_parts.verbs += [TellChange, End]


@admin.register(ThirdParty)
class ThirdPartyAdmin(CaseFileAdmin):
    parts = third_party_parts
    list_display = ("name", "kind", "contract", "customer", "contracts_with", "pays", "ended_at")
    list_filter = ("kind", "contracts_with", "pays")
    list_select_related = ("contract", "customer__firm")
    search_fields = ("name", "terms_title", "contract__title", "customer__firm__name")

    def headline(self, row: ThirdParty, at: datetime) -> str:
        return _("No longer used.") if row.ended_at else _("The contract's service rests on it.")


@third_party_parts.panel(10)
def facts(row: ThirdParty, at: datetime) -> Panel:
    """What it provides, on which terms, and who contracts and pays."""
    known = [
        Fact(_("Contract"), row.contract, fields.contract_page(row)),
        Fact(_("What it provides"), row.get_kind_display()),
        Fact(_("Its terms"), row.terms_title, row.terms_url),
        Fact(_("Who contracts with it"), row.get_contracts_with_display()),
        Fact(_("Who pays it"), row.get_pays_display()),
        Fact(_("Added by"), row.added_by or "–"),
        Fact(_("Added at"), row.added_at),
        Fact(_("No longer used"), row.end_reason or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@third_party_parts.panel(20)
def changes(row: ThirdParty, at: datetime) -> Panel:
    """What it changed, the newest first."""
    shown = [_change(one) for one in row.changes.order_by("-pk")]
    return lines.panel(_("Changes that the firm was told of"), shown, _("None."))


def _change(row: ThirdPartyChange) -> Line:
    return Line(cells.local(row, "what"), pill=row.get_matter_display(), aside=day(row.effective_on))


@third_party_parts.panel(30)
def outages(row: ThirdParty, at: datetime) -> Panel | None:
    """The outages that name it."""
    found = row.outages.order_by("-starts_at")[:24]
    shown = [
        Line(fields.at_words(one.starts_at), reverse("admin:contracts_outage_change", args=[one.pk]), aside=one.what)
        for one in found
    ]
    return lines.panel(_("Outages"), shown, "") if shown else None
