"""What is destroyed of who had a seat, with two people and a certificate (rift/11.1, PIPA Art. 21(1)).

The way in goes first: address, password, factors and sessions. The name stands in what the law keeps of the contract,
by which fees per user were counted, cases answered and history written; it goes when that time is over.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries.destroyables import Destroyable, destroyable
from accounts.services import logins
from contracts.models import Seat
from contracts.queries import former_people
from contracts.queries.former_people import GONE
from contracts.services.seats import ASKED_FOR
from upstage_console.kernel.models import AuditEvent, DueItem

CLAUSES = ("rift/11.1",)


def close_logins(users: Sequence[User], at: datetime) -> None:
    """Take the way in from these; their names stay where the contract's records have them."""
    logins.close(User.objects.filter(pk__in=[user.pk for user in users]), prefix="seat")


def blank_names(seats: Sequence[Seat], at: datetime) -> None:
    """Take the names from these seats, from what history says of them, and from logins that have no other seat."""
    ids, names = [seat.pk for seat in seats], [seat.public_id for seat in seats]
    blank = Concat(Value(f"{GONE} "), Cast("pk", TextField()), output_field=TextField())
    Seat.objects.filter(pk__in=ids).update(name=blank)
    closed = User.objects.filter(pk__in=[seat.user_id for seat in seats if seat.user_id], is_active=False)
    closed.exclude(seats__in=former_people.named_seats()).update(name="")
    AuditEvent.objects.filter(subject__in=names).exclude(reason="", facts={}).forget(facts={}, reason="")
    whose = Func(F("key"), Value(":"), Value(1), function="split_part", output_field=CharField())
    asked = DueItem.objects.annotate(whose=whose).filter(kind=ASKED_FOR, whose__in=names, closed_at__isnull=False)
    asked.update(title_ko=GONE, title_en=GONE, outcome="")


destroyable(Destroyable(
    kind="seat_login", label=_("logins of former users of contracts"), clauses=CLAUSES, due=former_people.due_logins,
    held=former_people.held_logins, left=former_people.logins, destroy=close_logins,
))  # fmt: skip
destroyable(Destroyable(
    kind="seat_name", label=_("names of former users of contracts"), clauses=CLAUSES, due=former_people.due_names,
    held=former_people.held_names, left=former_people.named_seats, destroy=blank_names,
))  # fmt: skip
