"""The card that purchases and invoices are paid with: registered, confirmed, replaced, removed."""

from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing import gateways
from billing.enums import SetupStatus
from billing.errors import CardRefused, CardWaits, GatewayUnreachable
from billing.forms.payments import BankForm, CardForm, RemoveCardForm
from billing.forms.purchases import AmountForm
from billing.models import CardSetup
from billing.queries import payment_methods as queries
from billing.queries import refund_policies
from billing.queries.purchases import card_of_member
from billing.services import payment_methods, sandbox_bank
from upstage_console.kernel import clock
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.pages import refusals_on


@require_safe
@member_page
@open_afterwards
def methods(request: HttpRequest, member: Member) -> HttpResponse:
    """The card in use, the ones before, and the agreement on paid services that registering one concluded."""
    shown = {"member": member, "today": clock.today()} | queries.overview(member.pk)._asdict()
    return render(request, "billing/payment_methods.html", shown)


@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def card(request: HttpRequest, member: Member) -> HttpResponse:
    """Register a card, under the conditions of withdrawal; who came here on the way to buying goes on to it."""
    wanted, is_sandbox = _wanted(request, member), gateways.current().code == sandbox_bank.GATEWAY
    form = CardForm(request.POST or None, initial={"reference": "ok"}, is_sandbox=is_sandbox)
    if form.is_valid():
        with refusals_on(form):
            asked = payment_methods.Form(
                back_url=settings.SITE_URL + _address("card-back", wanted, payment_methods.NAME),
                choice=form.cleaned_data.get("reference", ""),
            )
            setup = payment_methods.begin(member_id=member.pk, form=asked, by=request.user, at=clock.now())
            is_done = setup.status == SetupStatus.DONE
            return _done(request, wanted) if is_done else redirect(_address("card-back", wanted, setup.public_id))
    shown = {"form": form, "member": member, "card": card_of_member(member.pk), "wanted": wanted}
    shown |= {"conditions": refund_policies.in_force(clock.today()), "is_sandbox": is_sandbox}
    return render(request, "billing/card.html", shown)


@never_cache
@require_safe
@member_page
@open_afterwards
def back(request: HttpRequest, member: Member, setup_id: str) -> HttpResponse:
    """Where the holder comes back to from the gateway or the bank: done, refused, or what is still to do."""
    setup, wanted = _own(member, setup_id), _wanted(request, member)
    refusal: CardRefused | CardWaits | GatewayUnreachable | None = None
    try:
        setup = payment_methods.finish(setup.public_id, by=request.user, at=clock.now())
    except (CardRefused, CardWaits, GatewayUnreachable) as refused:
        setup, refusal = _own(member, setup_id), refused
    if setup.status == SetupStatus.DONE:
        return _done(request, wanted)
    onward = _with(setup.url, wanted) if setup.url.startswith("/") else setup.url
    shown = {"setup": setup, "refusal": refusal, "member": member, "wanted": wanted, "onward": onward}
    return render(request, "billing/card_back.html", shown)


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def bank(request: HttpRequest, member: Member, setup_id: str) -> HttpResponse:
    """The sandbox's bank, which wants the holder to confirm the card (3-D Secure)."""
    setup, wanted = _own(member, setup_id), _wanted(request, member)
    if setup.gateway != sandbox_bank.GATEWAY or setup.status != SetupStatus.BEGUN:
        raise NotFound
    form = BankForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            sandbox_bank.answer(setup, confirmed=form.cleaned_data["answer"] == "confirm")
            return redirect(_address("card-back", wanted, setup.public_id))
    return render(request, "billing/card_bank.html", {"form": form, "setup": setup, "member": member})


@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def remove(request: HttpRequest, member: Member) -> HttpResponse:
    """Take the card away, after what ends with it was shown."""
    found = card_of_member(member.pk)
    if found is None:
        return redirect("payment-methods")
    form = RemoveCardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            payment_methods.remove(member_id=member.pk, by=request.user, at=clock.now())
            messages.success(request, _("The card is removed."))
            return redirect("payment-methods")
    shown = {"form": form, "member": member, "card": found} | queries.what_ends(member.pk, at=clock.now())._asdict()
    return render(request, "billing/card_remove.html", shown)


def _done(request: HttpRequest, wanted: Decimal | None) -> HttpResponse:
    messages.success(request, _("The card is registered."))
    return redirect(_address("credits-confirm", wanted) if wanted else reverse("payment-methods"))


def _own(member: Member, setup_id: str) -> CardSetup:
    setup: CardSetup = CardSetup.objects.filter(member=member).get_public(setup_id)
    return setup


def _wanted(request: HttpRequest, member: Member) -> Decimal | None:
    asked = AmountForm(request.GET, currency=member.currency)
    return asked.cleaned_data["amount"] if asked.is_valid() else None


def _address(name: str, wanted: Decimal | None, *args: str) -> str:
    return _with(reverse(name, args=args), wanted)


def _with(place: str, wanted: Decimal | None) -> str:
    return f"{place}?{urlencode({'amount': str(wanted)})}" if wanted else place
