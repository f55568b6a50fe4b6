"""The storm after a batch: thirty-two people at once open a link each, and look no further, beside the bare page."""

import statistics
from itertools import islice

from bench import client, crowd, servers
from bench.figures import Figure
from bench.respondents import WARM_UP, saved_pages, tokens, turn

PEOPLE = 32
PLACEMENTS = 5_000


def measure(quick: bool = False) -> list[Figure]:
    """Measure on both databases."""
    links, turns = (400, 3) if quick else (1_200, 5)
    return [_measure(kind, links, turns) for kind in servers.KINDS]


def _measure(kind: str, links: int, turns: int) -> Figure:
    with servers.database(kind) as (url, _processes):
        app = crowd.build(url, PLACEMENTS)
        fresh = tokens(app)
        warm, some = list(islice(fresh, WARM_UP)), list(islice(fresh, links))
        with servers.product(url) as (port, _master):
            load = turn(app, port, [], warm, 8).load
            with saved_pages(load, warm[0]) as pages, servers.bare(url, pages) as (bare_port, _bare_master):
                turn(None, bare_port, [], warm, 8)
                pairs = [(_open(port, some), _open(bare_port, some)) for _turn in range(turns)]
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(mine / other for mine, other in pairs)
    return Figure(
        f"{kind}: links opened per second, {PEOPLE} people at once",
        f"{ours:.0f}/s = {ratio:.2f} × floor",
        f"{bare:.0f}/s",
    )


def _open(port: int, links: list[str]) -> float:
    load = client.run(port, links, PEOPLE, client.opening)
    return load.done / load.seconds
