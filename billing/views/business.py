"""What a business wants on its invoices, and what its tax invoices need (upstage/6.1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from billing.forms.business import BusinessForm
from billing.models import BusinessProfile
from billing.services import business
from upstage_console.kernel import clock

add_section(46, "business-data", gettext_lazy("Business data"))


@require_http_methods(["GET", "POST"])
@member_page
def business_data(request: HttpRequest, member: Member) -> HttpResponse:
    """The business data of a member, to read and to change."""
    row = BusinessProfile.objects.filter(member=member).first()
    initial = {name: getattr(row, name) for name in business.FIELDS} if row else {}
    form = BusinessForm(request.POST or None, initial=initial)
    if form.is_valid():
        business.state(member_id=member.pk, given=form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, _("The next invoices show it."))
        return redirect("business-data")
    return render(request, "billing/business.html", {"form": form, "member": member})
