"""What is refused of prices, add-ons, free trials and promotions."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotFound, Refusal


class PriceInUse(Conflict):
    """Usage of these days has been charged already; a price changes nothing that has been."""

    code = "price_in_use"
    message = _("Usage since %(effective_on)s has been charged already; a new price can begin on %(earliest_on)s.")
    rests_on = ("upstage/17.1",)


class BadSteps(Invalid):
    """Steps that are none."""

    code = "invalid_steps"
    message = _("Steps begin one above the other, each after some units of the month; a price has 2 to %(most)s.")
    rests_on = ("upstage/17.1",)


class StepsAreOfWholeMonths(Conflict):
    """A price with steps counts the use of a month, so it neither begins nor ends within one."""

    code = "steps_by_month"
    message = _(
        "Steps count the use of a whole month: such a price and the one after it begin on the first of a month, "
        "here on %(earliest_on)s."
    )
    rests_on = ("upstage/2.7", "upstage/17.1")


class NoSuchPrice(NotFound):
    """The service, the meter or its price at that time is not in the catalogue."""

    code = "no_price"
    message = _("%(service)s %(meter)s has no price in %(currency)s on %(on)s.")
    rests_on = ("upstage/17.1",)


class NoSuchAddOn(NotFound):
    """An add-on that is not one of the price."""

    code = "unknown_add_on"
    message = _("The price of %(service)s %(meter)s has no such add-on: %(add_ons)s.")
    rests_on = ("upstage/18.1",)


class NotAgreedToPay(Refusal):
    """A free trial is over, and the member has not agreed that use is paid from now on."""

    code = "paid_use_not_agreed"
    message = _("The free trial of %(service)s ended with %(ends_on)s; agree to its prices before using it further.")
    rests_on = ("upstage/17.2", "upstage/17.3")


class TrialUsed(Conflict):
    """A member tries a service free once."""

    code = "trial_used"
    message = _("You have tried %(service)s free already, to the end of %(ends_on)s.")
    rests_on = ("upstage/17.2",)


class NoTrialOffered(Refusal):
    """No free trial of the service is offered."""

    code = "no_trial"
    message = _("No free trial of %(service)s is offered.")
    rests_on = ("upstage/17.2",)


class TooEarlyToAgree(Refusal):
    """Who agrees long before forgets; the law wants it within the days before free use becomes paid."""

    code = "too_early_to_agree"
    message = _("You can agree to paid use from %(earliest_on)s on, within %(days)s days before the trial ends.")
    rests_on = ("upstage/17.3",)


class InvalidStage(Invalid):
    """A demo or a beta without a last day, or with one that is over; or a finished service with one."""

    code = "invalid_stage"
    message = _("A demo or a beta has a last day, %(today)s or later; a finished service has none.")
    rests_on = ("upstage/10.1",)


class StartNotPossible(Refusal):
    """Paid use starts on none of the days that a member can choose."""

    code = "start_not_possible"
    message = _("Paid use can start from %(first)s to %(last)s, not on %(day)s.")
    rests_on = ("upstage/17.3",)


class FreeWhileTried(Refusal):
    """A demo or a beta is free of charge."""

    code = "free_while_tried"
    message = _("%(service)s is free of charge to the end of %(until)s; a price can begin the day after.")
    rests_on = ("upstage/10.1", "upstage/12-2.6")


class MoreThanThePrice(Invalid):
    """Discounts that together exceed what they are taken off."""

    code = "discount_above_price"
    message = _("Together the discounts are more than the price itself.")
    rests_on = ("upstage/18.1",)


class PromotionOver(Refusal):
    """Nobody joins a promotion that is not under way."""

    code = "promotion_over"
    message = _("The promotion can be joined until the end of %(ends_on)s.")
    rests_on = ("upstage/18.5",)
