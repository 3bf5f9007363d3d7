"""What staff do with customers: register, correct, set the limit, name contacts, draft a contract."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.services import firms
from contracts.admin.contract_forms import DraftForm
from contracts.admin.customer_forms import ContactForm, FirmForm, LimitForm, OneContactForm, RegisterForm
from contracts.admin.fee_examples import examples
from contracts.enums import CUSTOMER_MOVES, CustomerStatus
from contracts.errors import CustomerEnded
from contracts.models import Customer
from contracts.queries.holds import hold_on
from contracts.services import customer_holds, customers, drafting
from upstage_console.kernel.admin import Done, Row, Text, Verb, no_move
from upstage_console.kernel.errors import AlreadyDone, NotFound, Refusal

MAY_REGISTER: Final = "contracts.register_customer"


class Register(Verb):
    name, label, tone, icon = "register", gettext_lazy("Register a customer"), "primary", "domain_add"
    permission = MAY_REGISTER
    form = RegisterForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("The firm is a customer from now on, and contracts can be drafted. Its number is checked.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = customers.register(
            FirmForm.asked(given), credit_limit=given["credit_limit"], reason=given["reason"],
            unpaid_before=given["unpaid_before"] or Decimal(0), by=by, at=at,
        )  # fmt: skip
        return Done(_("The customer is registered."), result=made)


class Correct(Verb):
    name, label = "correct", gettext_lazy("Correct the firm's data")
    permission = MAY_REGISTER
    form = FirmForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("What is written from now on shows the new data; earlier documents stay as they are.")

    def initial(self, row: Customer, *, at: datetime) -> Mapping[str, Any]:
        return {name: getattr(row.firm, name) for name in firms.FirmData.__dataclass_fields__}

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        firms.correct(row.firm.public_id, FirmForm.asked(given), reason=given["reason"], by=by, at=at)
        return Done(_("The data is corrected."))


class SetLimit(Verb):
    name, label = "limit", gettext_lazy("Set the credit limit")
    permission = "contracts.limit_customer"
    form = LimitForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("Whoever sets the limit decides no review of this customer's credit.")

    def initial(self, row: Customer, *, at: datetime) -> Mapping[str, Any]:
        return {"credit_limit": row.credit_limit, "unpaid_before": row.unpaid_before}

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        customers.set_credit_limit(
            row.public_id, given["credit_limit"], unpaid_before=given["unpaid_before"] or Decimal(0),
            reason=given["reason"], by=by, at=at,
        )  # fmt: skip
        return Done(_("The limit is set."))


class OfActive(Verb):
    """A verb of a customer with whom contracts are made."""

    permission = MAY_REGISTER

    def refusal(self, row: Customer, *, at: datetime) -> Refusal | None:
        return None if row.status == CustomerStatus.ACTIVE else CustomerEnded(facts={"name": row.name})


class AddContact(OfActive):
    name, label = "contact", gettext_lazy("Add a contact")
    form = ContactForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("Somebody at the firm is written down; nothing is sent to them.")

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = customers.add_contact(row.public_id, ContactForm.asked(given), reason=given["reason"], by=by, at=at)
        return Done(_("The contact is added."), result=made)


class NameRequester(OfActive):
    name, label = "requester", gettext_lazy("Name who may request administrators")
    form = OneContactForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("Administrators are issued at this person's request only; whoever was named before no longer may.")

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        customers.name_requester(given["contact"], reason=given["reason"], by=by, at=at)
        return Done(_("The contact is named."))


class ContactLeft(OfActive):
    name, label = "contact-left", gettext_lazy("A contact has left")
    form = OneContactForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("The person may request and sign nothing any more; what they did stays.")

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        customers.contact_left(given["contact"], reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."))


class DraftContract(OfActive):
    name, label, tone, icon = "draft", gettext_lazy("Draft a contract"), "primary", "note_add"
    permission = "contracts.draft_contract"
    form = DraftForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("A draft binds nobody; it goes through three reviews before it can be concluded.")

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = drafting.draft(row.public_id, DraftForm.asked(given), reason=given["reason"], by=by, at=at)
        return Done(_("The contract is drafted."), result=made)

    def rows(self, row: Customer, done: Done, *, at: datetime) -> list[Row]:
        return examples(done.result)


class End(Verb):
    name, label, tone = "end", gettext_lazy("End the relation"), "danger"
    permission = MAY_REGISTER

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("No contract is drafted with the firm any more; what there is stays.")

    def refusal(self, row: Customer, *, at: datetime) -> Refusal | None:
        return no_move(row.status, CustomerStatus.ENDED, CUSTOMER_MOVES)

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The relation has ended."), result=customers.end(
            row.public_id, reason=given["reason"], by=by, at=at))  # fmt: skip


class TakeOnAgain(Verb):
    name, label = "again", gettext_lazy("Take on again")
    permission = MAY_REGISTER

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("Contracts can be drafted with the firm again.")

    def refusal(self, row: Customer, *, at: datetime) -> Refusal | None:
        return no_move(row.status, CustomerStatus.ACTIVE, CUSTOMER_MOVES)

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = customers.take_on_again(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The firm is a customer again."), result=done)


class PlaceHold(Verb):
    name, label = "place-hold", gettext_lazy("Place a legal hold")
    permission = "contracts.place_customerhold"

    def refusal(self, row: Customer, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if hold_on(row) else None

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("Nothing of who has or had a seat of this firm's contracts is destroyed, until the hold is released.")

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = customer_holds.place(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The hold is placed."), result=made)


class ReleaseHold(Verb):
    name, label = "release-hold", gettext_lazy("Release the legal hold")
    permission = "contracts.place_customerhold"

    def refusal(self, row: Customer, *, at: datetime) -> Refusal | None:
        return None if hold_on(row) else NotFound()

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _("Logins and names whose time is over are collected for destruction again, from the next night on.")

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = customer_holds.release(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The hold is released."), result=done)


VERBS: Final = (
    DraftContract, AddContact, NameRequester, ContactLeft, SetLimit, Correct, PlaceHold, ReleaseHold, End, TakeOnAgain,
)  # fmt: skip
