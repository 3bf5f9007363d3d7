"""Sixty days of an invented business, told through the services that the console itself uses.

Every step bears a key of its own, so that a story broken off in the middle is told to its end by the next start.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db.models import F

from accounts.models import ApiKey, Member, Notice, RegistrationHold, User
from accounts.queries import documents_in_force
from accounts.rules.keys import MEMBER_SCOPES, PLATFORM_SCOPES
from accounts.services import keys, members, registration, terms
from billing.enums import AgreementMode
from billing.errors import PaymentDeclined, UnpaidFees
from billing.rules.events import Event
from billing.rules.limits import Limits
from billing.services import catalogue, closing, collecting, limits, payment_methods, purchases, settlement, usage
from credits.services import expiry, expiry_notices, lots
from upstage_console.kernel import outbox
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import OutboxMessage
from upstage_console.web.demo import bills, cards, desk, disputes, firms, gifts, money_back, pricing, recharge
from upstage_console.web.demo.people import FIRM, MAIN, PASSWORD, SECOND_FACTOR, STAFF, WAITING, Person, everybody

DAYS = 60
CODE_LASTS = 30  # seconds
DAYS_OF_THE_EVENT = 6
METERS = {
    "solar": (("input-token", 400, 9000), ("output-token", 60, 1800)),
    "ocr": (("page", 1, 40),),
    "document-parse": (("page", 1, 60),),
    "key-information-extraction": (("page", 1, 25),),
}


def tell(*, at: datetime) -> None:
    """Tell the whole story so that it ends at `at`."""
    first = at - timedelta(days=DAYS)
    staff = _staff(first)
    terms.load_digests(by=None, at=first)
    catalogue.load(by=None, at=first)
    pricing.at_the_beginning(staff, at=first)
    recharge.publish(staff, first)
    people = everybody()
    cast = {person.email: _join(person, number, first) for number, person in enumerate(people)}
    _platform_key(staff, first)
    for person in people:
        _equip(person, cast[person.email], staff, first)
    for number in range(1, DAYS):
        _live(people, cast, staff, first + timedelta(days=number), at)
    _let_some_wait(staff, at - timedelta(days=2))
    gifts.at_the_end(staff, at=at)
    _bound_oneself(cast[MAIN.email], at - timedelta(days=20))
    recharge.at_the_end(cast[MAIN.email], at - timedelta(days=1))
    desk.lay_out(staff, at=at)
    cards.lay_out(at=at)
    disputes.lay_out(staff, at=at)
    firms.lay_out(firms.Desk(staff, User.objects.get(email=STAFF[1][0])), at=at)
    _nobody_reads_demo_mail(at)


def _staff(at: datetime) -> User:
    for email, name in STAFF:
        if not User.objects.filter(email=email).exists():
            user = User.objects.create_superuser(email, PASSWORD, name=name, date_joined=at)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    give_second_factors()
    return User.objects.get(email=STAFF[0][0])


def give_second_factors() -> None:
    """Staff need one to enter the back office: theirs is printed beside their password."""
    staff = User.objects.filter(email__in=[email for email, _name in STAFF])
    for user in staff.exclude(authenticator__type=Authenticator.Type.TOTP):
        TOTP.activate(user, SECOND_FACTOR)


def code_of_staff(at: datetime) -> str:
    """The six digits that the demo staff's app would show now."""
    return format_hotp_value(hotp_value(SECOND_FACTOR, int(at.timestamp()) // CODE_LASTS))


def _join(person: Person, number: int, first: datetime) -> Member:
    found = Member.objects.filter(user__email=person.email).first()
    if found is not None:
        return found
    at = first + timedelta(minutes=7 * number)
    application = members.Application(
        email=person.email,
        name=person.name,
        kind=person.kind,
        born_on=person.born_on,
        business_number=person.business_number,
        country=person.country,
        currency=person.currency,
        language=person.language,
        agreed_to=[version.document.code for version in documents_in_force(at=at)],
    )
    member = members.apply(application, password=PASSWORD, at=at)
    EmailAddress.objects.create(user=member.user, email=person.email, verified=True, primary=True)
    return registration.email_verified(member.pk, at=at + timedelta(minutes=2))


def _platform_key(staff: User, at: datetime) -> None:
    if not ApiKey.objects.filter(member=None).exists():
        keys.issue(member_id=None, name="Gateway", scopes=PLATFORM_SCOPES, by=staff, at=at)


def _equip(person: Person, member: Member, staff: User, first: datetime) -> None:
    """A card, a welcome gift, an API key."""
    at = first + timedelta(hours=6)
    if person.card and not member.payment_methods.exists():
        mode = AgreementMode.POSTPAID if person.postpaid else AgreementMode.PREPAID
        payment_methods.register(member_id=member.pk, reference=person.card, by=member.user, at=at, mode=mode)
    if person.welcome:
        last = (first + timedelta(days=DAYS + 21)).astimezone(KST).date()
        lots.grant(
            member_id=member.pk,
            amount=person.welcome,
            expires_on=last,
            reason="Welcome" if person.language == "en" else "가입 축하",
            by=staff,
            at=at,
            key="welcome",
        )
    if person.busy and not member.api_keys.exists():
        name = "Production server" if person.language == "en" else "서비스 서버"
        keys.issue(member_id=member.pk, name=name, scopes=MEMBER_SCOPES, by=member.user, at=at)


def _bound_oneself(main: Member, at: datetime) -> None:
    """Where the main member wants to be told, and where everything shall stop."""
    wish = Limits(soft=Decimal(40_000), hard=Decimal(150_000), low_balance=Decimal(10_000))
    limits.set_limits(member_id=main.pk, limits=wish, by=main.user, at=at)


def _let_some_wait(staff: User, at: datetime) -> None:
    """A short hold, so that two applicants wait in the queue for staff (upstage/3.1)."""
    if RegistrationHold.objects.exists():
        return
    registration.hold(reason=RegistrationHold.Reason.OPERATIONAL, by=staff, at=at)
    for number, person in enumerate(WAITING):
        _join(person, number, at)
    registration.resume(by=staff, at=at + timedelta(hours=1))


def _live(people: list[Person], cast: dict[str, Member], staff: User, day: datetime, end: datetime) -> None:
    """One day: the jobs of the night, a purchase now and then, the calls of the day."""
    today = day.astimezone(KST).date()
    morning = datetime.combine(today, time(8), KST)
    if morning > end:
        return
    expiry.post_expired(at=morning)
    if today.day == 1:
        closing.close_due(at=morning)
        collecting.collect(at=morning)
        outbox.deliver_due(at=morning, topic="invoice")
    expiry_notices.tell_of_expiries(at=morning)
    left = (end.astimezone(KST).date() - today).days
    bills.on_the_day(left, cast[FIRM.email], staff, morning)
    gifts.on_the_day(left, cast[MAIN.email], staff, morning)
    recharge.on_the_day(left, cast, morning)
    pricing.on_the_day(left, cast[MAIN.email], staff, morning)
    money_back.on_the_day(left, cast[MAIN.email], morning)
    if left == DAYS_OF_THE_EVENT:
        _give(cast[MAIN.email], today + timedelta(days=3 * DAYS_OF_THE_EVENT), morning)
    if left % 20 == 0:
        _buy(people, cast, today, morning)
    events = list(_calls(people, cast, today, end))
    if events:
        late = max(event.at for event in events) + timedelta(seconds=1)
        usage.take(events, batch_key=f"demo:{today}", at=min(late, end), late_limit=None)
        settlement.settle(at=min(late, end))


def _give(member: Member, last: date, at: datetime) -> None:
    """Free credits of an event, which expire soon."""
    lots.grant(
        member_id=member.pk,
        amount=Decimal(15_000),
        expires_on=last,
        reason="가을 이벤트",
        by=None,
        at=at,
        key="event",
    )


def _buy(people: list[Person], cast: dict[str, Member], today: date, at: datetime) -> None:
    for person in people:
        if person.buys:
            member = cast[person.email]
            try:
                purchases.buy(member_id=member.pk, amount=person.buys, key=f"demo:{today}", by=member.user, at=at)
            except (PaymentDeclined, UnpaidFees):
                continue


def _calls(people: list[Person], cast: dict[str, Member], today: date, end: datetime) -> Iterator[Event]:
    for person in people:
        dice = Random(f"{person.email} {today}")  # noqa: S311 - the same day is the same day again
        quiet = 0.4 if today.weekday() >= 5 else 1.0
        for number in range(round(person.busy * quiet * dice.uniform(0.4, 1.6))):
            at = datetime.combine(today, time(8), KST) + timedelta(seconds=dice.randrange(1, 14 * 3600))
            if at < end:
                yield from _call(person, cast[person.email], number, at, dice)


def _call(person: Person, member: Member, number: int, at: datetime, dice: Random) -> Iterator[Event]:
    name = f"demo-{at.astimezone(KST).date()}-{number}"
    service = dice.choice(person.services)
    key = member.api_keys.first()
    for meter, least, most in METERS[service]:
        quantity = Decimal(dice.randint(least, most))
        yield Event(
            id=f"{name}-{meter}", at=at, service=service, meter=meter, quantity=quantity, member=member.public_id,
            key=key.public_id if key else None, add_ons=pricing.chosen(service, number),
        )  # fmt: skip


def _nobody_reads_demo_mail(at: datetime) -> None:
    """Invented members have no mailbox: notices that the story has not mailed yet count as sent."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, topic="notice")
    waiting.update(state=OutboxMessage.State.SENT, sent_at=at)
    Notice.objects.filter(mailed_at__isnull=True).update(mailed_at=F("at"))


def logins() -> list[tuple[str, str, str]]:
    """Who can log in to the demo: what they are, address, password."""
    return [
        ("staff", STAFF[0][0], PASSWORD),
        ("second person", STAFF[1][0], PASSWORD),
        ("member", "kim@demo.example", PASSWORD),
        ("firm, postpaid", "sea@demo.example", PASSWORD),
        ("member in English", "emma@demo.example", PASSWORD),
        ("customer's administrator", firms.ADMINISTRATOR, PASSWORD),
    ]
