"""Plays a story under the terms against the real services, with a clock of its own, and takes it all back.

The runner knows no app. Each app registers what its stories may do in its own ``scenario.py``::

    from upstage_console.scenarios.arguments import Choice, Date, Name, NewName, Number, Text
    from upstage_console.scenarios.registry import action, extends, replaces, staff_maker
    from upstage_console.scenarios.world import Result, World

    @action("grant", {
        "member": Name("member", required=True),     # the handler receives what was named, not the name
        "amount": Number(required=True),
        "expires": Date(required=True),
        "reason": Text(default="event"),
        "as": NewName("lot"),                        # the handler receives the name (or None)
    })
    def grant(world: World, *, member: int, amount: Decimal, expires: date, reason: str, as_: str | None) -> Result:
        lot = lots.grant(member_id=member, amount=amount, expires_on=expires, by=world.staff("amy"), at=world.now, ...)
        world.name("lot", as_, lot.pk)               # does nothing when the step gave no name
        return {"lot": as_, "expires_on": lot.expires_on}

- An argument whose name is a Python keyword reaches the handler with an underscore: ``as_``, ``from_``.
- An argument that is not given, or given as ``~``, is its default (``None`` unless said otherwise).
- ``world.get("lot", "gift")`` is what was named; ``world.called("lot", lot.pk)`` is its own name again, or None.
- A domain refusal (``kernel.errors.Refusal``) is simply raised by the service; the runner compares it with ``refused``.
  ``Misuse("…")`` says that the step makes no sense (an argument missing for the chosen way) and ends the scenario.
- ``@extends("show_member")`` in an upper app adds keys to the result of a lower app's action: it runs after it as
  ``handler(world, result, *, <any of the arguments>)`` and returns the keys to add (or None). It may bring arguments
  of its own: ``@extends("register", {"card": Choice("ok", "declined", default="ok")})``.
- ``@replaces("use", {…more arguments…}, when="service")`` in an upper app plays the action instead of the lower one
  whenever the argument ``when`` is given (always, without ``when``).
- ``@staff_maker`` (accounts) makes the staff user of a name; ``@watches("notices")`` adds automatic events to the
  timeline (``AuditEvent`` rows are there by themselves); ``@samples_balance`` (credits) gives the balances of a member
  for the chart; ``@audits_books`` is run at the end of every scenario. See ``registry.py`` for what each returns.
"""
