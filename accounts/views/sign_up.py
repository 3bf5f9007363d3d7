"""How django-allauth reaches our services when somebody signs up, verifies an address, logs in, or is written to."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from accounts.enums import MemberStatus
from accounts.forms import SignUpForm
from accounts.models import Member, User
from accounts.queries.safety import is_dormant
from accounts.services import activity, members, registration, theft, theft_link
from upstage_console.kernel import clock
from upstage_console.kernel.clauses import enforces

LINKS: Final = frozenset({"password_reset_url", "activate_url", "signup_url"})
"""What allauth hands to a mail as an address of ours."""


class AccountAdapter(DefaultAccountAdapter):
    """allauth keeps the log-in; membership is ours (upstage/3.1)."""

    def save_user(self, request: HttpRequest, user: User, form: SignUpForm, commit: bool = True) -> User:
        """Store the application with its consents; nothing is stored where a rule refuses."""
        member = members.apply(
            form.application(),
            password=form.cleaned_data["password1"],
            at=form.at,
            ip=self.get_client_ip(request),
            user_agent=request.headers.get("User-Agent", "")[:300],
        )
        return member.user

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Once the address is verified the company accepts, or holds, the applicant (upstage/3.1): both or neither.

        A locked account keeps its address: a link that a thief asked for in time changes nothing later (upstage/6.4).
        """
        member = Member.objects.filter(user=email_address.user).locked().first()
        if member is not None:
            theft.require_unlocked(member, at=clock.now())
        confirmed = bool(super().confirm_email(request, email_address))
        waiting = Member.objects.filter(user=email_address.user, status=MemberStatus.APPLIED).first()
        if confirmed and waiting is not None:
            registration.email_verified(waiting.pk, at=clock.now())
        return confirmed

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """A log-in is use of the membership (upstage/26.2); who is dormant is asked at once to confirm who they are."""
        at = clock.now()
        member: Member | None = getattr(user, "member", None)
        if member is not None:
            activity.note_use([member.pk], at=at)
            if is_dormant(member, at=at):
                hooks["redirect_url"] = reverse("confirm-identity")
        response: HttpResponse = super().post_login(request, user, **hooks)
        return response

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell of a change to the account, with the link that closes it where a thief made it (upstage/6.4)."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    @enforces("upstage/27")
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language its receiver chose; who is unknown is written to in the language of the page (upstage/27)."""
        user, shown = _receiver(email, context), {**context, **_own_links(context)}
        if user is None:
            super().send_mail(template_prefix, email, shown)
            return
        join_url = "" if hasattr(user, "member") or user.is_staff else settings.SITE_URL + reverse("join")
        with translation.override(user.language):
            super().send_mail(template_prefix, email, {**shown, "theft_url": _theft_url(user), "join_url": join_url})


def _own_links(context: Mapping[str, Any]) -> dict[str, str]:
    """The links of a mail lead to our own site, whatever `Host` the request came with: it may be an attacker's."""
    found = {name: urlsplit(context[name]) for name in LINKS & context.keys()}
    return {name: settings.SITE_URL + link._replace(scheme="", netloc="").geturl() for name, link in found.items()}


def _receiver(email: str, context: Mapping[str, Any]) -> User | None:
    user = context.get("user")
    if user is not None and not isinstance(user, AnonymousUser):
        return User.objects.filter(pk=user.pk).first()
    return User.objects.filter(email__iexact=email).first()


def _theft_url(user: User) -> str:
    member: Member | None = getattr(user, "member", None)
    if member is not None:
        return theft_link.address(member, at=clock.now())
    return settings.SITE_URL + reverse("account_reset_password")
