"""What staff do with documents: draft, offer, leave, make an order form of a quote, ask for signatures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.admin.document_forms import AskForm, PaperForm, SaysForm, SowForm
from contracts.admin.uploads import MAY_FILE
from contracts.enums import BINDING_DOCUMENTS, DOCUMENT_MOVES, DocumentStatus, PaperKind, Side
from contracts.errors import NotOffered, SignedIsFinal
from contracts.models import Contact, Contract, ContractDocument
from contracts.services import documents, signing
from contracts.services.signing import Asked
from upstage_console.kernel.admin import Done, ReasonForm, Text, Verb, no_move
from upstage_console.kernel.errors import NotAllowed, Refusal


class AddPaper(Verb):
    name, label, icon = "add-document", gettext_lazy("Draft a document"), "note_add"
    permission = MAY_FILE
    form: ClassVar[type[ReasonForm]] = PaperForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("A draft binds nobody. It is offered with the contract, or on its own page.")

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        return NotAllowed() if row.ended_at is not None else None

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        paper = (SowForm if "lines" in given else PaperForm).asked(given)
        made = documents.add(row.public_id, paper, reason=given["reason"], by=by, at=at)
        return Done(_("The document is drafted."), result=made)


class AddSow(AddPaper):
    name, label = "add-sow", gettext_lazy("Draft a statement of work")
    form = SowForm


class OfDocument(Verb):
    """A verb of a document that moves it on."""

    permission = MAY_FILE
    to: ClassVar[DocumentStatus]

    def refusal(self, row: ContractDocument, *, at: datetime) -> Refusal | None:
        if row.status in BINDING_DOCUMENTS:
            return SignedIsFinal(facts={"what": row.title})
        return no_move(row.status, self.to, DOCUMENT_MOVES)


class Offer(OfDocument):
    name, label, tone, icon = "offer", gettext_lazy("Offer it"), "primary", "send"
    to = DocumentStatus.OFFERED

    def sentence(self, row: ContractDocument, *, at: datetime) -> Text:
        return _("Its words become final and are known by their hash; it waits for both sides. Nothing is sent yet.")

    def run(self, row: ContractDocument, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = documents.offer(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The document is offered."), result=done)


class Revise(OfDocument):
    name, label, icon = "revise", gettext_lazy("Write a new version"), "edit"
    to = DocumentStatus.SUPERSEDED
    form = SaysForm

    def sentence(self, row: ContractDocument, *, at: datetime) -> Text:
        return _("The present version is superseded; only the new one can be agreed to.")

    def refusal(self, row: ContractDocument, *, at: datetime) -> Refusal | None:
        is_written = row.kind != PaperKind.SOW and not row.is_deed
        return super().refusal(row, at=at) or (None if is_written else NotAllowed())

    def initial(self, row: ContractDocument, *, at: datetime) -> Mapping[str, Any]:
        return {
            "title": row.title, "says": "\n".join(f"{topic} = {value}" for topic, value in row.says.items()),
            "valid_until": row.valid_until, "prevails_over": row.prevails_over,
        }  # fmt: skip

    def run(self, row: ContractDocument, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        paper = PaperForm.asked({**given, "kind": row.kind})
        done = documents.revise(row.public_id, paper, reason=given["reason"], by=by, at=at)
        return Done(_("The new version is drafted."), result=done)


class OrderFrom(Verb):
    name, label, icon = "order", gettext_lazy("Make an order form of it"), "shopping_cart"
    permission = MAY_FILE

    def sentence(self, row: ContractDocument, *, at: datetime) -> Text:
        return _("An order form is drafted that says what the quote says.")

    def refusal(self, row: ContractDocument, *, at: datetime) -> Refusal | None:
        if row.kind != PaperKind.QUOTE:
            return NotAllowed()
        is_live = row.status in documents.ACTIVE_QUOTES
        return None if is_live else NotOffered(facts={"what": row.title, "status": row.get_status_display()})

    def run(self, row: ContractDocument, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = documents.order_from(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The order form is drafted."), result=done)


class AskSignatures(Verb):
    name, label, tone, icon = "ask", gettext_lazy("Ask for signatures"), "primary", "draw"
    permission = "contracts.conclude_contract"
    form = AskForm

    def sentence(self, row: ContractDocument, *, at: datetime) -> Text:
        return _("One person of each side gets a link of their own, in this order. The second signature is final.")

    def refusal(self, row: ContractDocument, *, at: datetime) -> Refusal | None:
        if row.status in BINDING_DOCUMENTS:
            return SignedIsFinal(facts={"what": row.title})
        if row.status == DocumentStatus.OFFERED:
            return None
        return NotOffered(facts={"what": row.title, "status": row.get_status_display()})

    def run(self, row: ContractDocument, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        person: Contact = Contact.objects.get_public(given["contact"])
        language = row.customer.firm.language
        asked = [
            Asked(Side.COMPANY, str(by), by.email, by.language, by),
            Asked(Side.CUSTOMER, person.name, person.email, language),
        ]
        done = signing.ask(
            row.public_id, asked if given["company_first"] else asked[::-1], sign_by=given["sign_by"],
            reason=given["reason"], by=by, at=at,
        )  # fmt: skip
        return Done(_("The first signer gets the link by mail."), result=done)


class VoidDocument(OfDocument):
    name, label, icon = "void", gettext_lazy("Leave it"), "close"
    to = DocumentStatus.VOIDED

    def sentence(self, row: ContractDocument, *, at: datetime) -> Text:
        return _("Nobody can agree to it any more.")

    def run(self, row: ContractDocument, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = documents.void(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is left."), result=done)


VERBS: Final = (Offer, AskSignatures, OrderFrom, Revise, VoidDocument)
