"""How django-allauth reaches our services when somebody signs up or verifies an address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from accounts.enums import MemberStatus
from accounts.forms import SignUpForm
from accounts.models import Member, User
from accounts.services import members, registration
from upstage_console.kernel import clock


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
        """Once the address is verified the company accepts, or holds, the applicant (upstage/3.1): both or neither."""
        confirmed = bool(super().confirm_email(request, email_address))
        waiting = Member.objects.filter(user=email_address.user, status=MemberStatus.APPLIED).first()
        if confirmed and waiting is not None:
            registration.email_verified(waiting.pk, at=clock.now())
        return confirmed
