"""What staff can do with a member's credits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminDecimalFieldWidget

from accounts.models import Member
from credits import queries
from credits.admin.corrections import money
from credits.admin.promotion_verbs import day
from credits.services import lots
from upstage_console.kernel.admin import Done, ReasonForm, Row, Text, Verb
from upstage_console.kernel.figures import grouped


class GrantForm(ReasonForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_digits=20, decimal_places=6, widget=UnfoldAdminDecimalFieldWidget
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("The credits can be used to the end of this day in Korea."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=ReasonForm.base_fields["reason"].widget,
        help_text=gettext_lazy("The member reads this in the statement; it is kept in the history, with your name."),
    )  # fmt: skip


class GrantCredits(Verb):
    name, label, tone, icon = "grant-credits", gettext_lazy("Grant credits"), "primary", "savings"
    permission = "credits.grant_credits"
    form = GrantForm

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("%(name)s receives free credits. They burn before paid ones, and expire on the day you choose.") % {
            "name": row.name
        }

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        lot = lots.grant(
            member_id=row.pk, amount=given["amount"], expires_on=given["expires_on"], reason=given["reason"], by=by,
            at=at, key=f"staff:{given['nonce']}",
        )  # fmt: skip
        facts = {"amount": grouped(lot.amount), "name": row.name}
        return Done(_("%(name)s has %(amount)s credits more.") % facts, result=lot)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        after = queries.balance(row.pk, at).total
        before = after - done.result.amount
        return [
            Row(_("Balance"), before=money(before, row.currency), after=money(after, row.currency)),
            Row(_("Expires on"), after=day(done.result.expires_on)),
        ]
