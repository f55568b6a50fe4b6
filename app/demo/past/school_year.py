"""One past school year: its round, the days placements end on, how many there are and how people take part."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.demo.past import series
from app.demo.past.schools import Offer
from app.demo.past.series import Fieldwork

PLACEMENTS = 6_700  # of a year in which as many agreements were made as in 2021
# Most placements end around the end of January and in June and July.
SEASON = {8: 1, 9: 1, 10: 2, 11: 5, 12: 6, 1: 18, 2: 9, 3: 5, 4: 7, 5: 9, 6: 20, 7: 17}


@dataclass(frozen=True)
class SchoolYear:
    """The school year that ended in `year`, `ago` years before the last closed one; its `days` that are kept."""

    round_id: int
    year: int
    ago: int
    days: Sequence[dt.date]

    @cached_property
    def season(self) -> list[int]:
        return list(itertools.accumulate(SEASON[day.month] for day in self.days))

    @cached_property
    def fieldwork(self) -> Fieldwork:
        return series.fieldwork(self.year)

    def placements(self, scale: float) -> float:
        return PLACEMENTS * scale * series.at(series.AGREEMENTS, self.year) / series.AGREEMENTS[2021]

    def is_shared(self, offer: Offer, ends_on: dt.date) -> bool:
        """Tell whether the school shared addresses by then: the first year from January on."""
        years = offer.shares_since - self.ago
        return years > 1 or (years == 1 and ends_on.year == self.year)
