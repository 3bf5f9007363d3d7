"""What taking, archiving and correcting usage refuses."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Gone, Invalid, Refusal


class NotUsageFile(Invalid):
    """A file that does not read as usage."""

    code = "not_usage"
    message = _("This is not a file of usage: %(why)s.")


class RejectedEvent(Refusal):
    """One usage event that cannot be taken; its neighbours are."""


class MalformedEvent(RejectedEvent):
    code = "invalid_event"
    message = _("The event is malformed: %(field)s.")


class NoObject(MalformedEvent):
    """A list, a text or a number where an event should be."""

    message = _("An event is a JSON object.")


class BadTime(RejectedEvent):
    code = "invalid_time"
    message = _("The time must be an RFC 3339 instant with its offset.")


class FutureEvent(RejectedEvent):
    code = "in_the_future"
    message = _("The event lies more than %(minutes)s minutes in the future.")


class OldEvent(RejectedEvent):
    code = "too_old"
    message = _("The event is older than %(days)s days.")


class BadQuantity(RejectedEvent):
    code = "invalid_quantity"
    message = _("The quantity must be a number from 0 to %(most)s with at most 6 decimals.")


class NoQuantity(BadQuantity):
    """What is charged or held at once is more than nothing."""

    message = _("The quantity must be a number above 0, at most %(most)s, with at most 6 decimals.")


class UnknownMember(RejectedEvent):
    code = "unknown_member"
    message = _("There is no such member.")


class UnknownKey(RejectedEvent):
    code = "unknown_key"
    message = _("There is no such key of this member.")


class UnknownService(RejectedEvent):
    code = "unknown_service"
    message = _("There is no such service.")


class UnknownMeter(RejectedEvent):
    code = "unknown_meter"
    message = _("The service has no such meter.")


class Unpriced(RejectedEvent):
    code = "no_price"
    message = _("The meter had no price in the member's currency then.")
    rests_on = ("upstage/17.1",)


class UnknownAddOn(RejectedEvent):
    code = "unknown_add_on"
    message = _("The price of then has no such add-on.")
    rests_on = ("upstage/18.1",)


class IdConflict(RejectedEvent):
    """The same id at another instant or with other contents; the first one counts."""

    code = "id_conflict"
    message = _("The member has an event with this id already, at another instant or with other contents.")


class UsageArchived(Gone):
    """The events of the month lie in a file; nothing comes to them any more."""

    code = "usage_archived"
    message = _("The usage of %(month)s is archived: nothing can be added to it any more.")
    rests_on = ("upstage/8.3",)


class ArchiveDiffers(Conflict):
    """The file of a month is not what the table has."""

    code = "archive_differs"
    message = _("The file of %(month)s does not hold what the table has: %(what)s.")


class NotLess(Invalid):
    """A correction lowers what was reported; more use is a use of its own."""

    code = "not_less"
    message = _("The use was %(quantity)s; a correction lowers it. Report more use as an event of its own.")
    rests_on = ("upstage/8.3",)
