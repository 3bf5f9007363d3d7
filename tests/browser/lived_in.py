"""A console that people have used for a while: what its pages show, and where they are."""

from datetime import datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import ApiKey, Member, User
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import keys
from billing.models import Invoice
from billing.services import closing, purchases, settlement, usage
from credits.models import Lot
from credits.services import expiry_notices
from tests.billing import make
from tests.browser.person import PASSWORD
from upstage_console.kernel import outbox
from upstage_console.kernel.calendars import kst_date

LONG_NAME = "주식회사 " + "가나다라마바사아자차카타파하" * 2 + "데이터연구소"

PUBLIC = [
    "/", "/services/", "/services/?currency=USD", "/terms/", "/terms/upstage/2025-11-04/",
    "/terms/upstage/2025-11-04/15-2/", "/terms/rift/2025-12-15/", "/terms/upstage/2025-11-04/99/",
    "/accounts/signup/", "/accounts/login/", "/accounts/password/reset/", "/api/docs/problems/",
    "/nothing-here/",
]  # fmt: skip
OF_MEMBERS = [
    "/overview/", "/credits/", "/credits/?kind=use", "/credits/buy/", "/credits/buy/confirm/?amount=123456789",
    "/card/", "/usage/", "/usage/?split=meter&days=90", "/usage/?days=7&until=2000-01-07",
    "/usage/?days=7&step=hour", "/usage/?split=key&service=ocr", "/usage/calls/", "/usage/charges/", "/invoices/",
    "/invoices/UC-999999-000001/", "/keys/", "/keys/new/", "/notices/", "/account/", "/accounts/logout/",
    "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/",
]  # fmt: skip
OF_STAFF = [
    "/admin/", "/admin/accounts/member/", "/admin/accounts/member/?q=가나다", "/admin/accounts/notice/",
    "/admin/accounts/apikey/", "/admin/kernel/dueitem/", "/admin/kernel/auditevent/", "/admin/credits/entry/",
    "/admin/credits/lot/", "/admin/billing/invoice/", "/admin/scenarios/", "/styleguide/",
]  # fmt: skip


def logged_in(name: str, address: str, **fields: object) -> User:
    """Somebody whose address is verified."""
    user = User.objects.create(email=address, name=name, password=make_password(PASSWORD), **fields)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def firm(at: datetime) -> Member:
    """A member for two months: credits of both kinds, one lot soon gone, keys, an invoice that is open, notices."""
    begun = at - timedelta(days=62)
    user = logged_in(LONG_NAME, "firm@member.example", date_joined=begun)
    member = Member.objects.create(
        user=user, name=LONG_NAME, kind="firm", business_number="124-81-00998", applied_at=begun, accepted_at=begun,
        status="active",
    )  # fmt: skip
    make.give_card(member, postpaid=True, at=begun)
    make.granted(member, "1000.123456", until=kst_date(at) + timedelta(days=7), at=begun)
    purchases.buy(member_id=member.pk, amount=Decimal(10_000_000), key="one", by=user, at=begun)
    keys.issue(member_id=member.pk, name="아주 긴 이름의 열쇠 " * 3, scopes=MEMBER_SCOPES, by=user, at=begun)
    keys.issue(member_id=member.pk, name="k", scopes=MEMBER_SCOPES, by=user, at=at, expires_at=at + timedelta(days=30))
    _use(member, [begun + timedelta(days=day) for day in range(1, 62, 3)])
    closing.close_due(at=at)
    outbox.deliver_due(at=at, topic="invoice")
    expiry_notices.tell_of_expiries(at=at)
    return member


def _use(member: Member, instants: list[datetime]) -> None:
    for number, instant in enumerate(instants):
        event = make.event(
            member, f"e{number}", service="key-information-extraction", quantity=30_001, at=instant.isoformat()
        )
        tokens = make.event(
            member, f"t{number}", service="solar", meter="input-token", quantity=7, at=instant.isoformat()
        )
        usage.take([event, tokens], batch_key=f"b{number}", at=instant + timedelta(seconds=1))
        settlement.settle(at=instant + timedelta(seconds=1))


def own_pages(member: Member) -> list[str]:
    """The pages of what this member has."""
    invoice = Invoice.objects.filter(member=member).earliest("id")
    pages = [f"/credits/lots/{lot.public_id}/" for lot in Lot.objects.filter(member=member)]
    pages += [f"/credits/purchases/{purchase.public_id}/" for purchase in member.purchases.all()]
    pages += [f"/keys/{key.public_id}/revoke/" for key in ApiKey.objects.filter(member=member)[:1]]
    return [*pages, f"/invoices/{invoice.number}/", f"/invoices/{invoice.number}/pay/"]


def beginner(at: datetime) -> Member:
    """A member who has done nothing yet."""
    user = logged_in("새봄", "beginner@member.example", date_joined=at)
    return Member.objects.create(user=user, name="새봄", applied_at=at, accepted_at=at, status="active")
