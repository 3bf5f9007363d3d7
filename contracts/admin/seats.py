"""What staff do with a contract's users: issue administrators, give seats, take them back (rift/6.1, 6.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.enums import Language
from contracts.admin import lines
from contracts.admin.billing_forms import choice_field
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import PEOPLE, parts
from contracts.admin.lines import Line
from contracts.enums import SeatRole
from contracts.models import Contract
from contracts.queries.people import seats_at
from contracts.services import seats
from contracts.services.administrators import named_of
from contracts.services.seats import Invited
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, Panel, ReasonForm, Text, Verb


class SeatForm(ReasonForm):
    user = forms.CharField(label=gettext_lazy("User"), max_length=80, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), required=False, widget=UnfoldAdminEmailInputWidget,
        help_text=gettext_lazy("They are invited to log in here. Empty: a seat without a log-in."),
    )  # fmt: skip
    role = choice_field(gettext_lazy("Role"), SeatRole.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Language.choices, required=False, widget=UnfoldAdminSelectWidget
    )


class OneSeatForm(ReasonForm):
    seat = choice_field(gettext_lazy("User"), ())
    roles = tuple(SeatRole)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = seats_at(self.row, clock.now()).filter(role__in=self.roles).select_related("user").order_by("name")
        self.fields["seat"].choices = [(seat.public_id, named(seat)) for seat in found]  # type: ignore[attr-defined]


class OneUserForm(OneSeatForm):
    roles = (SeatRole.USER,)


class OneAdministratorForm(OneSeatForm):
    roles = (SeatRole.ADMINISTRATOR,)


def named(seat: Any) -> str:
    """The name and, where somebody logs in, the address."""
    return f"{seat.name} <{seat.user.email}>" if seat.user else seat.name


class OfUsers(OfConcluded):
    """A verb about the users of a contract."""

    permission = "contracts.manage_seat"

    def requester(self, row: Contract) -> Text:
        """On whose request administrators are issued."""
        found = named_of(row.customer)
        return found.name if found else _("nobody was named yet")


class AddUser(OfUsers):
    name, label, icon = "add-user", gettext_lazy("Give a seat"), "person_add"
    form = SeatForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        who = _("Administrators are issued at the request of the named contact (6.1): %(name)s.")
        return f"{_('A seat is billed by days from now on.')} {who % {'name': self.requester(row)}}"

    def initial(self, row: Contract, *, at: datetime) -> Mapping[str, Any]:
        return {"language": row.customer.firm.language}

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        name, role, reason = given["user"].strip(), SeatRole(given["role"]), given["reason"]
        if not given["email"]:
            seats.add(row.public_id, name, role, reason=reason, by=by, at=at)
            return Done(_("The seat is given."))
        asked = Invited(name, given["email"], role, given["language"] or row.customer.firm.language)
        seats.invite(row.public_id, asked, reason=reason, by=by, at=at)
        return Done(_("The seat is given, and the invitation is on its way."))


class IssueAdministrator(OfUsers):
    name, label, icon = "issue-administrator", gettext_lazy("Make a user an administrator"), "manage_accounts"
    form = OneUserForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("At the request of the named contact (6.1): %(name)s.") % {"name": self.requester(row)}

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        role, reason = SeatRole.ADMINISTRATOR, given["reason"]
        seats.change_role(row.public_id, given["seat"], role, reason=reason, by=by, at=at)
        return Done(_("The user is an administrator now."))


class StepDown(OfUsers):
    name, label, icon = "step-down", gettext_lazy("Make an administrator a user"), "person"
    form = OneAdministratorForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The keys that they made are revoked. One administrator always stays.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        seats.change_role(row.public_id, given["seat"], SeatRole.USER, reason=given["reason"], by=by, at=at)
        return Done(_("They are a user now."))


class RemoveUser(OfUsers):
    name, label, icon = "remove-user", gettext_lazy("Take a seat back"), "person_remove"
    form = OneSeatForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Sessions and keys end at once (6.3), and the seat is free again.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        seats.close(row.public_id, given["seat"], reason=given["reason"], by=by, at=at)
        return Done(_("The seat is taken back."))


VERBS: list[type[Verb]] = [AddUser, IssueAdministrator, StepDown, RemoveUser]
PEOPLE.verbs += VERBS


@parts.panel(55)
def users(row: Contract, at: datetime) -> Panel:
    """Who has a seat now."""
    found = seats_at(row, at).select_related("user").order_by("name")
    shown = [Line(seat.name, aside=f"{seat.get_role_display()} {seat.user.email if seat.user else ''}".strip())
             for seat in found]  # fmt: skip
    return lines.panel(_("Seats"), shown, _("Nobody has a seat."))
