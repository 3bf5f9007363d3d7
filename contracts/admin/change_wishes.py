"""Changes that customers ask for, at the desk: answered with a change order, or with a reason (rift/5.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from contracts.admin import lines
from contracts.admin.billing_forms import amount_field, choice_field, day_field
from contracts.admin.contract_parts import parts as contract_parts
from contracts.admin.customers import day
from contracts.admin.lines import Line
from contracts.admin.permissions import AskedAdmin
from contracts.enums import WISH_MOVES, PaperKind, WishStatus
from contracts.models import ChangeWish, Contract
from contracts.services import change_wishes
from contracts.services.change_wishes import OFFERED
from contracts.services.changing import NewAmount
from upstage_console.kernel.admin import Done, Panel, ReasonForm, Text, Verb, cells, no_move
from upstage_console.kernel.errors import Refusal

TONES: Mapping[str, str] = {WishStatus.ASKED: "warn", WishStatus.OFFERED: "good", WishStatus.DECLINED: "danger"}


def answer_field(*, required: bool = True) -> forms.CharField:
    """What the customer reads."""
    return forms.CharField(
        label=gettext_lazy("Answer to the customer"), max_length=2000, required=required,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )  # fmt: skip


class OfferForm(ReasonForm):
    fee = choice_field(gettext_lazy("Fee"), ())
    amount = amount_field(gettext_lazy("New amount"), places=6, help_text=gettext_lazy("Without tax."))
    from_on = day_field(gettext_lazy("From"))
    answer = answer_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fees = self.row.contract.fees.order_by("position")
        self.fields["fee"].choices = [(str(fee.position), f"{fee.position}. {fee}") for fee in fees]  # type: ignore[attr-defined]


class DocumentForm(ReasonForm):
    document = choice_field(gettext_lazy("Change order"), ())
    answer = answer_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = self.row.contract.documents.filter(kind=PaperKind.CHANGE_ORDER, status__in=OFFERED).order_by("-pk")
        self.fields["document"].choices = [(one.public_id, str(one)) for one in papers]  # type: ignore[attr-defined]


class DeclineForm(ReasonForm):
    answer = answer_field()


class OfWish(Verb):
    permission = "contracts.answer_changewish"
    to = WishStatus.OFFERED

    def refusal(self, row: ChangeWish, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, WISH_MOVES)


class OfferAmount(OfWish):
    name, label, tone, icon = "offer", gettext_lazy("Offer a change order for a fee"), "primary", "price_change"
    permission, form = "contracts.conclude_contract", OfferForm

    def initial(self, row: ChangeWish, *, at: datetime) -> Mapping[str, Any]:
        return {"fee": str(row.fee.position) if row.fee else "", "from_on": row.wanted_on}

    def sentence(self, row: ChangeWish, *, at: datetime) -> Text:
        return _("The fee changes from its day once both sides agreed to the change order; the customer is told.")

    def run(self, row: ChangeWish, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        change = NewAmount(int(given["fee"]), given["amount"], given["from_on"])
        made = change_wishes.offer(
            row.public_id, change, answer=given["answer"], reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The change order is offered."), result=made)


class OfferDocument(OfWish):
    name, label, icon = "offer-document", gettext_lazy("It is answered by a change order"), "description"
    form = DocumentForm

    def sentence(self, row: ChangeWish, *, at: datetime) -> Text:
        return _("A change order that was drafted among the contract's documents and offered answers it.")

    def run(self, row: ChangeWish, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = change_wishes.offer_document(
            row.public_id, given["document"], answer=given["answer"], reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The request is answered."), result=made)


class Decline(OfWish):
    name, label = "decline", gettext_lazy("Decline")
    to, form = WishStatus.DECLINED, DeclineForm

    def sentence(self, row: ChangeWish, *, at: datetime) -> Text:
        return _("Nothing is changed; the customer reads why.")

    def run(self, row: ChangeWish, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = change_wishes.decline(row.public_id, answer=given["answer"], reason=given["reason"], by=by, at=at)
        return Done(_("The request is declined."), result=made)


@admin.register(ChangeWish)
class ChangeWishAdmin(AskedAdmin):
    list_display = ("contract", "customer", "topic", "shown_status", "wanted_on", "asked_at")
    list_filter = ("status", "topic")
    search_fields = ("text", "contract__title", "customer__firm__name")
    readonly_fields = ("public_id",)
    verbs = (OfferAmount, OfferDocument, Decline)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: ChangeWish) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@contract_parts.panel(63)
def of_contract(row: Contract, at: datetime) -> Panel | None:
    """What the customer wants changed, and what was answered."""
    shown = [_line(one) for one in row.change_wishes.all()]
    return lines.panel(_("Changes asked for"), shown, "") if shown else None


def _line(row: ChangeWish) -> Line:
    url = reverse("admin:contracts_changewish_change", args=[row.pk])
    wanted = _("wanted from %(on)s") % {"on": day(row.wanted_on)} if row.wanted_on else ""
    return Line(str(row.get_topic_display()), url, row.get_status_display(), TONES.get(row.status, ""), wanted)
