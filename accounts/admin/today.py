"""The first page's numbers about members."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import CaseStatus, MemberStatus, ObjectionStatus
from accounts.models import Case, Member, Objection, Restriction
from upstage_console.kernel.admin import Figure, figures, tonight
from upstage_console.kernel.calendars import day_end, kst_date


@figures(10, "accounts.view_member")
def members_by_status(at: datetime) -> Iterable[Figure]:
    """How many members there are of each status that occurs."""
    counted = dict(Member.objects.order_by().values_list("status").annotate(Count("pk")))
    url = reverse("admin:accounts_member_changelist")
    for status in MemberStatus:
        if counted.get(status):
            label = _("Members: %(status)s") % {"status": status.label}
            yield Figure(label, counted[status], f"{url}?status__exact={status}")


@figures(12, "accounts.view_objection")
def objections_to_decide(at: datetime) -> Iterable[Figure]:
    """Objections that wait for their answer."""
    url = f"{reverse('admin:accounts_objection_changelist')}?status__exact={ObjectionStatus.SUBMITTED}"
    waiting = Objection.objects.filter(status=ObjectionStatus.SUBMITTED).count()
    yield Figure(_("Objections to decide"), waiting, url)


@figures(13, "accounts.view_case")
def open_cases(at: datetime) -> Iterable[Figure]:
    """Cases that nobody has closed yet."""
    url = f"{reverse('admin:accounts_case_changelist')}?status__exact={CaseStatus.OPEN}"
    yield Figure(_("Open cases"), Case.objects.filter(status=CaseStatus.OPEN).count(), url)


@tonight(12, "accounts.view_restriction")
def suspensions_that_end(at: datetime) -> Iterable[Figure]:
    """Restrictions whose last day is today."""
    end = day_end(kst_date(at))
    narrowed = {"lifted_at__isnull": True, "ends_at__gt": at, "ends_at__lte": end}
    url = f"{reverse('admin:accounts_restriction_changelist')}?{urlencode(narrowed)}"
    yield Figure(_("Suspensions that end"), Restriction.objects.filter(**narrowed).count(), url)
