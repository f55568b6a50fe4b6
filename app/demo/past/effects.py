"""How answers differ between schools, sectors and pathways: always in the same way, and more on what schools do."""

from functools import cache

from app.demo.past.schools import chance_of

# What a school does itself. On these its effect has a standard deviation of 0.35, on the others of 0.1.
OF_SCHOOLS = frozenset(
    {
        *("prepared_by_school", "agreements_made", "agreements_written", "kept_by_school", "guidance_school"),
        *("school_reachable", "school_contact_known", "talk_start", "talk_halfway", "talk_end"),
        *("contact_amount", "contact_satisfaction"),
    }
)
OVERALL, OWN = 0.3, 0.18  # of all that a school does, of one question about it: 0.35 together
OF_COMPANIES = 0.1
OF_SECTORS = 0.12
APPRENTICES = 0.1  # are closer to their company and further from their school


@cache
def effect(brin: str, sector: str, pathway: str, question: str) -> float:
    """Return by how much answers of such placements are better than average, in standard deviations."""
    of_pathway = 0.0 if pathway != "BBL" else -APPRENTICES if question in OF_SCHOOLS else APPRENTICES
    return _of_school(brin, question) + _of_sector(sector, question) + of_pathway


@cache
def _of_school(brin: str, question: str) -> float:
    chance = chance_of("effect", brin, question)
    if question not in OF_SCHOOLS:
        return chance.gauss(0, OF_COMPANIES)
    return chance_of("effect", brin).gauss(0, OVERALL) + chance.gauss(0, OWN)


@cache
def _of_sector(sector: str, question: str) -> float:
    return chance_of("effect", sector, question).gauss(0, OF_SECTORS)
