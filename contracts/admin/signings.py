"""Requests for signatures at the desk: who was asked, what they did, and withdrawing one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.admin import lines
from contracts.admin.customers import day
from contracts.admin.documents import parts as document_parts
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.enums import SIGNING_MOVES, SignatureDeed, SigningStatus
from contracts.models import ContractDocument, SignatureEvent, Signer, Signing
from contracts.services import signing, signing_links
from contracts.services.signing_letters import TOPIC, mail_of
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Mail,
    Panel,
    Text,
    Verb,
    cells,
    mails_of,
    no_move,
)
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.wording import moment, tongue

TONES: Mapping[str, str] = {
    SigningStatus.OPEN: "warn", SigningStatus.COMPLETED: "good", SigningStatus.DECLINED: "danger",
}  # fmt: skip

parts = CaseParts()


@mails_of(TOPIC)
def mails(payload: Mapping[str, Any]) -> list[Mail]:
    """The mail to a signer; the link itself is shown to nobody else."""
    signer = Signer.objects.select_related("signing__document").get(pk=payload["signer"])
    mail = mail_of(signer)
    body = str(mail.body).replace(signing_links.address(signer), "/sign/…/")
    return [Mail(signer.language, signer.email, str(mail.subject), body)]


class Withdraw(Verb):
    name, label, tone = "withdraw", gettext_lazy("Withdraw the request"), "danger"
    permission = "contracts.conclude_contract"

    def sentence(self, row: Signing, *, at: datetime) -> Text:
        return _("The links sign nothing any more; the document stays offered.")

    def refusal(self, row: Signing, *, at: datetime) -> Refusal | None:
        return no_move(row.status, SigningStatus.VOIDED, SIGNING_MOVES)

    def run(self, row: Signing, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = signing.withdraw(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The request is withdrawn."), result=done)


parts.verbs.append(Withdraw)


@admin.register(Signing)
class SigningAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("document", "customer", "shown_status", "sign_by", "opened_by", "opened_at")
    list_filter = ("status", "sign_by")
    list_select_related = ("document", "customer__firm", "opened_by")
    search_fields = ("document__title", "customer__firm__name", "signers__email", "sha256")

    def headline(self, row: Signing, at: datetime) -> str:
        return {
            SigningStatus.OPEN: _("Waits for signatures."),
            SigningStatus.COMPLETED: _("Signed by both sides."),
            SigningStatus.DECLINED: _("Somebody declined to sign."),
            SigningStatus.EXPIRED: _("Not signed in time."),
            SigningStatus.VOIDED: _("Withdrawn."),
        }[SigningStatus(row.status)]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Signing) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@parts.panel(10)
def facts(row: Signing, at: datetime) -> Panel:
    """What is to be signed, and until when."""
    known = [
        Fact(_("Document"), row.document, reverse("admin:contracts_contractdocument_change", args=[row.document_id])),
        Fact(_("Contract"), row.contract, reverse("admin:contracts_contract_change", args=[row.contract_id])),
        Fact(_("Status"), row.get_status_display()),
        Fact(_("To be signed until"), day(row.sign_by)),
        Fact(_("Asked by"), row.opened_by),
        Fact(_("SHA-256"), row.sha256),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def signers(row: Signing, at: datetime) -> Panel:
    """Who was asked, in their order."""
    shown = [
        Line(one.name, pill=_answer(one)[0], tone=_answer(one)[1], aside=f"{one.get_side_display()} · {one.email}")
        for one in row.signers.all()
    ]
    return lines.panel(_("Signers"), shown, "")


def _answer(row: Signer) -> tuple[str, str]:
    if row.signed_at:
        return _("signed"), "good"
    return (_("declined"), "danger") if row.declined_at else (_("not yet"), "")


@parts.panel(30)
def evidence(row: Signing, at: datetime) -> Panel:
    """What each signer did: when, from where, with what, and the hash of what was shown."""
    events = SignatureEvent.objects.filter(signer__signing=row).select_related("signer")
    return lines.panel(_("Evidence"), [_event(one) for one in events], "")


def _event(row: SignatureEvent) -> Line:
    said = [moment(row.at, tongue(get_language())), row.ip or "", row.user_agent, row.reason]
    return Line(
        f"{row.signer.name}: {SignatureDeed(row.deed).label}", aside=" · ".join(filter(None, said)),
        code=f"SHA-256 {row.sha256}",
    )  # fmt: skip


@parts.source
def deeds(row: Signing, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


@document_parts.panel(25)
def rounds_of(row: ContractDocument, at: datetime) -> Panel | None:
    """The requests to sign a document."""
    found = row.signings.order_by("-pk")
    shown = [
        Line(day(one.sign_by), reverse("admin:contracts_signing_change", args=[one.pk]), one.get_status_display(),
             TONES.get(one.status, ""))
        for one in found
    ]  # fmt: skip
    return lines.panel(_("Signatures"), shown, "") if shown else None
