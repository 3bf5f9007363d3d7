"""What documents, signatures and approvals refuse (rift/2.4, 4.1, 5.2)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed


class NotOffered(Conflict):
    """Only what was offered, and is still, can be accepted or signed (rift/4.1)."""

    code = "not_offered"
    message = _("“%(what)s” is not offered (%(status)s).")
    rests_on = ("rift/4.1",)


class OfferExpired(Conflict):
    """The offer was good until a day that is over."""

    code = "offer_expired"
    message = _("“%(what)s” was valid until %(until)s.")
    rests_on = ("rift/4.1",)


class SowIncomplete(Invalid):
    """A statement of work states functions, service levels, staffing, deliverables and security (rift/5.2)."""

    code = "sow_incomplete"
    message = _("The statement of work lacks: %(missing)s.")
    rests_on = ("rift/5.2",)


class JointProjectIncomplete(Invalid):
    """An agreement on a joint project says how its outputs, know-how and metrics are used (rift/9.3, 14.2)."""

    code = "joint_project_incomplete"
    message = _("The agreement on the joint project lacks: %(missing)s.")
    rests_on = ("rift/9.3", "rift/14.2")


class NoEvidence(Invalid):
    """What is written down as agreed is proved by a file (rift/4.1)."""

    code = "no_evidence"
    message = _("A file that proves it is needed.")
    rests_on = ("rift/4.1",)


class UnreadableMessage(Invalid):
    """The file is no e-mail message."""

    code = "unreadable_message"
    message = _("The file is no e-mail message with a sender.")
    rests_on = ("rift/4.1",)


class SenderUnknown(NotAllowed):
    """An approval comes from somebody of the customer who may sign (rift/4.1)."""

    code = "sender_unknown"
    message = _("%(sender)s is no contact of this customer who may sign.")
    rests_on = ("rift/4.1",)


class ApprovedBefore(Conflict):
    """A message approves what was offered before it was sent (rift/4.1)."""

    code = "approved_before_offer"
    message = _("The message of %(sent_at)s is older than the offer of %(offered_at)s.")
    rests_on = ("rift/4.1",)


class NotYourTurn(Conflict):
    """Signatures are given in their order."""

    code = "not_your_turn"
    message = _("%(name)s signs first.")
    rests_on = ("rift/4.1",)


class SigningOver(Conflict):
    """The round of signatures is completed, declined, withdrawn, or its last day is over."""

    code = "signing_over"
    message = _("This can no longer be signed: %(status)s.")
    rests_on = ("rift/4.1",)


class OtherContent(Conflict):
    """What is signed is what was shown, byte for byte."""

    code = "other_content"
    message = _("What you saw is not what is to be signed. Open the link again.")
    rests_on = ("rift/4.1",)


class NoSigners(Invalid):
    """Each side signs once."""

    code = "no_signers"
    message = _("Name one signer of each side.")
    rests_on = ("rift/4.1",)
