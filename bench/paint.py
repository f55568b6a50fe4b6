"""The first page on a phone: bytes on the wire, requests, largest paint on a slow line, and what axe finds.

The line is Lighthouse's slow 4G as its own throttling sets it, the processor slowed down four times, the cache empty.
"""

import statistics
from itertools import islice
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from bench import crowd, servers
from bench.figures import Figure
from bench.respondents import tokens
from tests.journeys.browsing import PHONE
from tests.servers import chromium

LINE = {
    "offline": False,
    "latency": 562.5,  # milliseconds per request
    "downloadThroughput": 1474.56 * 1024 / 8,  # bytes per second
    "uploadThroughput": 675 * 1024 / 8,
}
PAINT = """new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: 'largest-contentful-paint', buffered: true}))"""
BYTES, REQUESTS, SECONDS = 30_000, 3, 1.3


def measure(quick: bool = False) -> list[Figure]:
    """Measure on SQLite: the database has no part in this."""
    with servers.database("SQLite") as (url, _processes):
        fresh = tokens(crowd.build(url, 1_000))
        with servers.product(url) as (port, _master), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
            links = [f"http://127.0.0.1:{port}/s/{token}" for token in islice(fresh, 4 if quick else 8)]
            looks = [_look(browser, link) for link in links][1:]  # the first one warms the server up
            violations = _violations(browser, links[0])
            browser.close()
    size, requests = looks[-1]["bytes"], looks[-1]["requests"]
    paint = statistics.median(look["paint"] for look in looks) / 1000
    return [
        Figure(
            "first page on a phone: on the wire",
            f"{size:,} bytes in {requests} requests",
            "",
            f"≤ {BYTES:,} in {REQUESTS}",
            size <= BYTES and requests <= REQUESTS,
        ),
        Figure("first page on a phone: largest paint", f"{paint:.2f} s", "", f"≤ {SECONDS} s", paint <= SECONDS),
        Figure("first page on a phone: axe violations", str(violations), "", "0", violations == 0),
    ]


def _look(browser: Browser, link: str) -> dict[str, Any]:
    """Open a link on the slow line with an empty cache."""
    context = browser.new_context(**PHONE, locale="nl-NL")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(link, wait_until="networkidle")
    paint = page.evaluate(PAINT)
    context.close()
    return {"bytes": sum(sizes), "requests": sum(1 for size in sizes if size), "paint": paint}  # 0: from the cache


def _violations(browser: Browser, link: str) -> int:
    page = browser.new_context(**PHONE, locale="nl-NL").new_page()
    page.goto(link)
    return len(Axe().run(page).response["violations"])
