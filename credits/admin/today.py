"""The first page's numbers about credits."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credits.enums import LotKind
from credits.models import Lot
from upstage_console.kernel.admin import Figure, figures, tonight
from upstage_console.kernel.calendars import day_end, kst_date


@figures(20, "credits.view_lot")
def outstanding(at: datetime) -> Iterable[Figure]:
    """What members can still use, by kind and currency."""
    live = Lot.objects.live(at).order_by()
    rows = live.values_list("kind", "member__currency").annotate(Sum("remaining"))
    url = reverse("admin:credits_lot_changelist")
    for kind, currency, amount in rows.order_by("-kind", "member__currency"):
        label = _("Credits outstanding: %(kind)s") % {"kind": LotKind(kind).label}
        yield Figure(label, amount, f"{url}?spent__exact=0&kind__exact={kind}", currency)


@tonight(10, "credits.view_lot")
def expiring(at: datetime) -> Iterable[Figure]:
    """The lots that expire at the coming midnight with something left, by currency."""
    today = kst_date(at)
    lots = Lot.objects.live(at).filter(expires_at__lte=day_end(today)).order_by()
    rows = lots.values_list("member__currency").annotate(Sum("remaining"), Count("pk")).order_by("member__currency")
    url = f"{reverse('admin:credits_lot_changelist')}?spent__exact=0&expires_on={today.isoformat()}"
    for currency, amount, number in rows:
        note = ngettext("%(number)s lot", "%(number)s lots", number) % {"number": f"{number:,}"}
        yield Figure(_("Credits that expire"), amount, url, currency, note)
