"""The first page's numbers about members."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import MemberStatus
from accounts.models import Member
from upstage_console.kernel.admin import Figure, figures


@figures(10, "accounts.view_member")
def members_by_status(at: datetime) -> Iterable[Figure]:
    """How many members there are of each status that occurs."""
    counted = dict(Member.objects.order_by().values_list("status").annotate(Count("pk")))
    url = reverse("admin:accounts_member_changelist")
    for status in MemberStatus:
        if counted.get(status):
            label = _("Members: %(status)s") % {"status": status.label}
            yield Figure(label, counted[status], f"{url}?status__exact={status}")
