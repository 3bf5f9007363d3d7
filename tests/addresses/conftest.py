"""A member to whom one of everything belongs, and the clients of others who ask for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.test import Client

from accounts.enums import SanctionKind
from accounts.models import Member, User
from accounts.services import exports, keys, objections, stored_data
from accounts.services.stored_data import Content
from billing.models import Charge, Trial
from billing.services import credit_notes, holding, invoices, payment_methods, refunds, trials
from billing.services.rating import Use
from contracts.models import Contract
from credits.models import Promotion
from credits.services import handouts
from tests.accounts.conduct import imposed, suspended
from tests.billing import claiming, make
from tests.contracts import making, promising, working
from tests.credits import promoting
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import DueItem

AT = make.NOON + timedelta(days=1)
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(default_storage, "_wrapped", InMemoryStorage())
    with clock.fixed(AT):
        yield


@dataclass(frozen=True)
class Belongings:
    """A member, and by the names that addresses use the ids of what belongs to them."""

    member: Member
    ids: dict[str, Any]


def tried(anna: Member, amy: User) -> Trial:
    """A service that she tries free."""
    offered = make.price(service="parse").meter.service_id
    trials.offer(service_id=offered, days=7, effective_on=AT.date(), by=amy, at=AT)
    return trials.start(member_id=anna.pk, service_id=offered, agrees=True, by=anna.user, at=AT)


def gifted(anna: Member, amy: User) -> Promotion:
    """A promotion handed out to the member, and refused to somebody with another currency."""
    gift = promoting.opened(is_open=False)
    handouts.begin(gift.public_id, members=[anna.pk, make.member(currency="USD").pk], reason="r", by=amy, at=AT)
    handouts.hand_out(at=AT)
    return gift


@pytest.fixture
def anna(db: None, amy: User) -> Belongings:
    """A member with a card, credits, usage, an invoice, a key, a session, measures, an objection, data, an export."""
    make.price()
    anna = make.member(card="ok")
    anna.user.set_password(PASSWORD)
    anna.user.save()
    key, _secret = keys.issue(member_id=anna.pk, name="k", scopes=["usage:read"], by=anna.user, at=AT)
    lot, purchase = make.granted(anna, "3000"), make.bought(anna, "10000")
    unused = make.bought(anna, "1000", key="two")
    refund = refunds.request(member_id=anna.pk, purchase=unused.public_id, by=anna.user, at=AT)
    make.taken(make.event(anna, quantity=100))
    charge = Charge.objects.get(member=anna).public_id
    invoice = invoices.issue_single(
        member_id=anna.pk, amount=Decimal(1000), due_on=AT.date(), what_ko="가", what_en="a", by=amy, at=AT
    )  # fmt: skip
    note = credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(1), reason="r", by=amy, approver=None, at=AT
    )  # fmt: skip
    stored = stored_data.store(
        anna.pk, Content(source="async_output", file=ContentFile(b"text"), since=AT), by=None, at=AT
    )
    assert stored is not None
    export = exports.ask(anna.pk, by=anna.user, at=AT)
    exports.build_due(at=AT)
    held = holding.place(
        member_id=anna.pk, use=Use.of_amount(Decimal(1)), expires_in=timedelta(days=7), by=amy, at=AT
    ).hold  # fmt: skip
    trial = tried(anna, amy)
    warning = imposed(anna, SanctionKind.WARNING, by=amy, at=AT)
    objections.object(member_id=anna.pk, sanction_id=warning.public_id, text="아닙니다.", by=anna.user, at=AT)
    measure = suspended(anna, by=amy, at=AT)
    outbox.deliver_due(at=AT)
    gift = gifted(anna, amy)
    session = UserSession.objects.create(user=anna.user, session_key="s" * 32, ip="127.0.0.1", user_agent="x")
    passkey = Authenticator.objects.create(user=anna.user, type=Authenticator.Type.WEBAUTHN, data={"name": "k"})
    ids = {
        "key_id": key.public_id, "lot_id": lot.public_id, "purchase_id": purchase.public_id, "number": invoice.number,
        "note": note.number,
        "data_id": stored.public_id, "data": stored.public_id, "export_id": export.public_id,
        "sanction_id": measure.public_id, "sanction": measure.public_id, "session_id": session.pk, "pk": passkey.pk,
        "promotion_id": gift.public_id, "hold": held.public_id, "refund_id": refund.public_id,
        "trial_id": trial.public_id, "trial": trial.public_id,
        "refund": refund.public_id, "charge_id": charge, "charge": charge,
    }  # fmt: skip
    ids |= claiming.ids(anna, AT)
    card = payment_methods.Form(back_url="https://console.example/card/SETUP/", choice="secure")
    ids["setup_id"] = payment_methods.begin(member_id=anna.pk, form=card, by=anna.user, at=AT).public_id
    return Belongings(anna, ids)


@pytest.fixture
def browser_of(db: None) -> Callable[[Member], Client]:
    """A browser in which a member has just logged in with the password, so that nothing asks for it again."""

    def log_in(member: Member) -> Client:
        member.user.set_password(PASSWORD)
        member.user.save()
        EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        answer = client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    return log_in


@pytest.fixture
def promised(amy: User) -> Contract:
    """A contract of a firm, with one of everything that it promises."""
    contract = promising.one_of_everything(amy)
    working.one_of_everything(contract, at=AT)
    return contract


@pytest.fixture
def staff_ids(anna: Belongings, promised: Contract) -> dict[str, Any]:
    """What the addresses of the back office name beside the rows of a model."""
    asked = making.asked(making.deed_of(making.reviewed(making.drafted())))
    return {
        "file_id": asked.document.file_id,
        "url": "nothing/here/",
        "app_label": "accounts",
        "content_type_id": ContentType.objects.get_for_model(Member).pk,
        "object_id": anna.member.pk,
        "code": "1",
        "language": "ko",
        "public_id": DueItem.objects.earliest("pk").public_id,
        "evidence_id": anna.ids["evidence_id"],
    }
