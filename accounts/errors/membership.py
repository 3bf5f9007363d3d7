"""What the rules about members refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed, Refusal


class UnderFourteen(Refusal):
    """The applicant is under 14 on the day of application (upstage/3.3.3)."""

    code = "under_14"
    message = _("Nobody under %(age)s may join; on %(on)s you are %(years)s.")
    rests_on = ("upstage/3.3.3",)


class MissingInformation(Refusal):
    """Information that membership needs is missing (upstage/3.3.2)."""

    code = "missing_information"
    message = _("This information is needed: %(missing)s.")
    rests_on = ("upstage/3.3.2",)


class InvalidBusinessNumber(Refusal):
    """The last digit of the business registration number does not fit (upstage/3.3.2, 9.1)."""

    code = "invalid_business_number"
    message = _("“%(number)s” is not a Korean business registration number: its check digit does not fit.")
    rests_on = ("upstage/3.3.2", "upstage/9.1")


class TermsNotAgreed(Refusal):
    """Not every document in force was agreed to (upstage/3.1)."""

    code = "terms_not_agreed"
    message = _("Membership needs agreement to every document in force; missing: %(missing)s.")
    rests_on = ("upstage/3.1",)


class UnknownGround(Invalid):
    """A ground for refusing an application that upstage/3.3 does not name."""

    code = "unknown_ground"
    message = _("Article 3, paragraph 3 has no item %(ground)s.")
    rests_on = ("upstage/3.3",)


class EmailTaken(Refusal):
    """There is an account with this address already."""

    code = "email_taken"
    message = _("There is an account with this e-mail address already.")
    rests_on = ("upstage/2.4",)


class NotVerified(Conflict):
    """The applicant has not verified the e-mail address; the application is answered after that (upstage/3.1)."""

    code = "not_verified"
    message = _("The applicant has not verified the e-mail address yet.")
    rests_on = ("upstage/3.1",)


class NotStaff(NotAllowed):
    """Only the rights of staff are changed by hand."""

    code = "not_staff"
    message = _("This is no account of the staff.")


class OwnRights(NotAllowed):
    """Nobody changes their own rights."""

    code = "own_rights"
    message = _("Nobody changes what they themselves may do.")


class NotActive(NotAllowed):
    """The membership is not active (upstage/3)."""

    code = "not_active"
    message = _("This membership is not active (%(status)s).")
    rests_on = ("upstage/3.1",)


class TooManyKeys(Refusal):
    """The member has as many live keys as may be."""

    code = "too_many_keys"
    message = _("A member may have %(limit)s live keys; revoke one first.")
    rests_on = ("upstage/8.2",)


class RegistrationBarred(Refusal):
    """Who lost the membership cannot register again for two years (upstage/3.6)."""

    code = "registration_barred"
    message = _("With this information nobody can register until the end of %(until)s.")
    rests_on = ("upstage/3.3.1", "upstage/3.6")


class RejoinWindowClosed(Refusal):
    """The grace period after a withdrawal is over (upstage/3.5.1)."""

    code = "rejoin_window_closed"
    message = _("Coming back could be asked for until the end of %(until)s.")
    rests_on = ("upstage/3.5.1",)


class LinkSpent(Conflict):
    """A link sent by mail that is too old, was used, or was never ours."""

    code = "link_spent"
    message = _("This link has expired or was already used.")
    rests_on = ("upstage/6.4",)
