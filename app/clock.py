"""The one clock. Business time can be set outside production (BPV_NOW), machine time never can.

Business time decides what is due, closed or valid, and stamps facts. Leases, rates, retries, sessions and limits
live by `machine_now`, so that playing a year does not break them.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import current_app

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> dt.datetime:
    """Return the business time, aware, in UTC."""
    set_to: dt.datetime | None = current_app.config["BPV_NOW"]
    if set_to is None:
        return machine_now()
    return (set_to if set_to.tzinfo else set_to.replace(tzinfo=AMSTERDAM)).astimezone(dt.UTC)


def today() -> dt.date:
    """Return the business date in Amsterdam."""
    return now().astimezone(AMSTERDAM).date()


def is_daytime() -> bool:
    """Tell whether it is between 8:00 and 18:00 on a weekday in Amsterdam, in business time."""
    here = now().astimezone(AMSTERDAM)
    return here.weekday() < 5 and 8 <= here.hour < 18


def start_of(day: dt.date) -> dt.datetime:
    """Return the moment `day` begins in Amsterdam, aware, in UTC."""
    return dt.datetime.combine(day, dt.time(), AMSTERDAM).astimezone(dt.UTC)


def machine_now() -> dt.datetime:
    """Return the time of this machine, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
