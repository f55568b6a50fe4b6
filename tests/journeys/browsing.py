"""A person before a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

AXE = Axe()
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}


class Screen:
    """One page in a browser of its own. Where an act asks before it is done, the answer is yes unless `hesitates`."""

    def __init__(self, page: Page):
        self.page = page
        self.hesitates = False
        page.set_default_timeout(15_000)

    def go(self, address: str) -> "Screen":
        self.page.goto(address)
        return self

    def press(self, name: str, value: str) -> "Screen":
        return self._follow(self.page.locator(f'button[name="{name}"][value="{value}"]').first)

    def press_labelled(self, label: str) -> "Screen":
        return self._follow(self.page.get_by_role("button", name=label, exact=True).first)

    def _follow(self, button: Locator) -> "Screen":
        """Click, and wait for the page it leads to: a click returns before the old page is gone."""
        with self.page.expect_navigation():
            button.click()
        if self.kind == "confirm" and not self.hesitates:
            self.hesitates = True
            self._follow(self.page.locator('button[name="confirm"]'))
            self.hesitates = False
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

    def in_other_language(self) -> list[str]:
        """Return what is wrong with this page in the other language, where a link leads to it; speak this one again."""
        link = self.page.locator("a[hreflang]")
        if link.count() == 0:
            return []
        here, there = self.page.evaluate("a => [location.href, a.href]", link.first.element_handle())
        beside = Screen(self.page.context.new_page())
        faults = beside.go(there).faults()
        beside.go(f"{here.partition('?')[0]}?lang={'nl' if 'lang=en' in there else 'en'}").page.close()
        return faults

    def faults(self) -> list[str]:
        """Return what axe finds, and whether the page is wider than the screen."""
        found = AXE.run(self.page).response["violations"]
        faults = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append("wider than the screen")
        return faults
