"""What scenarios can do with documents and with concluding contracts."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from contracts.enums import ConclusionKind, DocumentStatus, PaperKind, Side
from contracts.models import Contact, Contract, ContractDocument, Signing
from contracts.queries.governing import governing
from contracts.queries.standing import standing_of
from contracts.services import approvals, conclusion, customers, documents, signing, using
from contracts.services.customers import Person
from contracts.services.documents import Paper
from contracts.services.files import Given
from contracts.services.signing import Asked, Seen
from upstage_console.kernel.db import new_id
from upstage_console.scenarios.arguments import Argument, Choice, Date, Flag, MapOf, Name, NewName, Number, Text
from upstage_console.scenarios.nodes import Scalar
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.scope import Scope
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
KINDS = (PaperKind.MSA, PaperKind.SOW, PaperKind.ORDER, PaperKind.QUOTE, PaperKind.CHANGE_ORDER)
SCAN = b"%PDF scenario"
TIME_TO_SIGN = timedelta(days=14)


class Value(Argument):
    """What a document says of a topic: a whole number where it is one, else its text."""

    expects = "a number or a text"

    def scalar(self, node: Scalar, scope: Scope) -> int | str:
        number = node.number
        return int(number) if number is not None and number == number.to_integral_value() else node.text


@action(
    "conclude",
    {
        "contract": A_CONTRACT, "by": Choice(*ConclusionKind.values, default=ConclusionKind.E_SIGNATURE), "on": Date(),
    },
)  # fmt: skip
def conclude(world: World, *, contract: str, by: str, on: date | None) -> Result:
    """Both sides conclude a contract."""
    row: Contract = Contract.objects.select_related("customer").get_public(contract)
    conclusion.check(row)
    deed = conclusion.deed_of(row)
    if by == ConclusionKind.WRITTEN:
        _on_paper(world, deed, on)
    elif by == ConclusionKind.EMAIL:
        _by_mail(world, deed)
    else:
        _by_signature(world, deed)
    return _standing(world, contract) | {"clauses": ["rift/4.1"]}


def _standing(world: World, contract: str) -> dict[str, Any]:
    row = Contract.objects.get_public(contract)
    return {"status": standing_of(row, on=world.today), "ends_on": row.ends_on}


def _on_paper(world: World, document: ContractDocument, on: date | None) -> None:
    scan = Given("scan.pdf", "application/pdf", SCAN + new_id().bytes)
    conclusion.file_signed(
        document.public_id, scan, on=on or world.today, signers="scenario", reason="scenario", by=world.staff("amy"),
        at=world.now,
    )  # fmt: skip


def _by_mail(world: World, document: ContractDocument) -> None:
    message = EmailMessage()
    message["From"] = _signatory(world, document.contract).email
    message["Message-ID"] = f"<{new_id().hex}@customer.example>"
    message["Date"] = format_datetime(world.now)
    message["Subject"] = document.title
    message.set_content(document.sha256)
    approvals.file_email(
        document.public_id, message.as_bytes(), reason="scenario", by=world.staff("amy"), at=world.now
    )  # fmt: skip


def _by_signature(world: World, document: ContractDocument) -> None:
    person, company = _signatory(world, document.contract), world.staff("amy")
    asked = [
        Asked(Side.COMPANY, str(company), company.email, user=company), Asked(Side.CUSTOMER, person.name, person.email),
    ]  # fmt: skip
    sign_by = world.today + TIME_TO_SIGN
    opened: Signing = signing.ask(document.public_id, asked, sign_by=sign_by, by=company, at=world.now)
    for signer in opened.signers.order_by("position"):
        signing.sign(signer.pk, Seen(opened.sha256), by=signer.user, at=world.now)


def _signatory(world: World, contract: Contract) -> Contact:
    """Somebody at the customer who may sign."""
    email = "signer@customer.example"
    found = Contact.objects.filter(customer=contract.customer_id, email=email, left_at__isnull=True).first()
    person = Person(name="signer", email=email, may_sign=True)
    return found or customers.add_contact(
        contract.customer.public_id, person, reason="scenario", by=world.staff("amy"), at=world.now
    )


@action(
    "add_document",
    {
        "contract": A_CONTRACT, "kind": Choice(*KINDS, required=True), "signed": Flag(default=False),
        "says": MapOf(Value(), default=None), "as": NewName("document"),
    },
)  # fmt: skip
def add_document(
    world: World, *, contract: str, kind: str, signed: bool, says: Mapping[str, Any] | None, as_: str | None
) -> Result:
    """File a document; before the conclusion an unsigned one is accepted with the contract, afterwards by mail."""
    made = documents.add(
        contract,
        Paper(PaperKind(kind), as_ or kind, says or {}, file=Given(f"{kind}.pdf", "application/pdf", SCAN)),
        by=world.staff("amy"), at=world.now,
    )  # fmt: skip
    world.name("document", as_, made.public_id)
    row: Contract = Contract.objects.get_public(contract)
    if signed or row.concluded_at is not None:
        documents.offer(made.public_id, by=world.staff("amy"), at=world.now)
        agree = on_paper if signed else _by_mail
        agree(world, ContractDocument.objects.select_related("contract__customer").get_public(made.public_id))
    made.refresh_from_db()
    return {"status": DocumentStatus(made.status), "clauses": ["rift/2.4"]}


def on_paper(world: World, document: ContractDocument) -> None:
    """Both sides sign a document on paper today."""
    _on_paper(world, document, None)


@action("governing_document", {"contract": A_CONTRACT, "topic": Text(required=True), "on": Date()})
def governing_document(world: World, *, contract: str, topic: str, on: date | None) -> Result:
    """Which document governs a topic, with its value and why."""
    found = governing(Contract.objects.get_public(contract), topic, on=on or world.today)
    if found is None:
        return {"document": None, "value": None, "why": None, "clauses": ["rift/2.4"]}
    return {
        "document": found.kind, "value": found.value, "why": found.reason.en, "clauses": list(found.reason.clauses),
        "losers": [{"document": one.kind, "value": one.value, "why": one.reason.en} for one in found.losers],
    }  # fmt: skip


@action("use_service", {"contract": A_CONTRACT, "quantity": Number(required=True)})
def use_service(world: World, *, contract: str, quantity: Decimal) -> Result:
    """Something is used under a contract."""
    using.use(contract, quantity, key=new_id().hex, at=world.now)
    return {"clauses": ["rift/7.1"]}
