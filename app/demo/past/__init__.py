"""Ten past years of the demonstration: placements, seats, answers; national figures lie on what was published."""
