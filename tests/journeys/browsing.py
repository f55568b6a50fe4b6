"""A person before a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}


class Screen:
    """One page in a browser of its own."""

    def __init__(self, page: Page):
        self.page = page
        page.set_default_timeout(15_000)

    def go(self, address: str) -> "Screen":
        self.page.goto(address)
        return self

    def press(self, name: str, value: str) -> "Screen":
        self.page.locator(f'button[name="{name}"][value="{value}"]').first.click()
        return self

    def press_labelled(self, label: str) -> "Screen":
        self.page.get_by_role("button", name=label, exact=True).first.click()
        return self

    @property
    def kind(self) -> str | None:
        """What the page calls itself."""
        return self.page.locator("main").get_attribute("data-page")

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def survey(self, link: str) -> "Screen":
        """Answer the first answer of each question, from the link to the thanks."""
        self.go(link).press("go", "start")
        while self.kind == "theme":
            for group in self.page.locator("fieldset").all():
                group.locator("label").first.click()
            self.press("go", "next")
        return self.press("go", "send")

    def tab_to(self, selector: str) -> "Screen":
        """Press Tab until the focus is on what this selector names."""
        for _n in range(150):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return self
        raise AssertionError(f"the keyboard does not reach {selector}")

    def type(self, *keys: str) -> "Screen":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def enter(self) -> "Screen":
        """Press Enter on a button, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def faults(self) -> list[str]:
        """Return what axe finds, and whether the page is wider than the screen."""
        found = AXE.run(self.page).response["violations"]
        faults = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append("wider than the screen")
        return faults
