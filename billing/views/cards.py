"""The card that purchases and invoices are paid with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.forms import AmountForm, CardForm
from billing.queries.purchases import card_of_member
from billing.rules import conditions
from billing.services import payment_methods
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def card(request: HttpRequest, member: Member) -> HttpResponse:
    """Register a card, under the conditions of withdrawal; who came here on the way to buying goes on to it."""
    asked = AmountForm(request.GET, currency=member.currency)
    wanted = asked.cleaned_data["amount"] if asked.is_valid() else None
    form = CardForm(request.POST or None, initial={"reference": "ok"})
    if form.is_valid():
        with refusals_on(form):
            reference = form.cleaned_data["reference"]
            payment_methods.register(member_id=member.pk, reference=reference, by=request.user, at=clock.now())
            messages.success(request, _("The card is registered."))
            onward = f"{reverse('credits-confirm')}?{urlencode({'amount': wanted})}" if wanted else reverse("invoices")
            return redirect(onward)
    shown = {"form": form, "member": member, "card": card_of_member(member.pk), "wanted": wanted}
    shown |= {"conditions": conditions.current()}
    return render(request, "billing/card.html", shown)
