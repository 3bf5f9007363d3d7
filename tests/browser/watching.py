"""What a page must not do while somebody uses it, and what must hold of its elements."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

LOCAL = ("data", "blob", "about")
EXPECTED = (400, 403, 404, 409, 422)  # a page that is asked for wrongly on purpose is written to the console as well


class Watch:
    """Listens to a page: errors in its console (what its policy forbids is told there too), scripts that fail,
    answers of 500, and requests to other hosts."""

    def __init__(self, page: Page, host: str) -> None:
        self.faults: list[str] = []
        self._page, self._host = page, host
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._fault(f"script failed: {error}"))
        page.on("response", self._response)
        page.on("request", self._request)

    def _fault(self, what: str) -> None:
        self.faults.append(f"{urlsplit(self._page.url).path}: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in EXPECTED):
            self._fault(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self._fault(f"{response.status} for {response.url}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL and address.netloc != self._host:
            self._fault(f"asks another host: {request.url}")


FAULTS = """
() => {
  const faults = [];
  const say = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}"> `
    + (element.textContent || element.getAttribute("name") || "").trim().replace(/\\s+/g, " ").slice(0, 40);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const named = (element) => (element.getAttribute("aria-label") || element.textContent || element.title || "").trim()
    || [...element.querySelectorAll("[alt]")].some((inner) => inner.alt)
    || (element.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id));
  const headings = [...document.querySelectorAll("h1")].filter((heading) => heading.textContent.trim());
  if (headings.length !== 1) faults.push(`${headings.length} h1`);
  if (!document.title.trim() || /^\\s*·/.test(document.title)) faults.push("no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!control.labels?.length && !control.getAttribute("aria-label") && !control.getAttribute("aria-labelledby"))
      faults.push(`no label: ${say(control)}`);
  for (const element of document.querySelectorAll("a[href], button, summary"))
    if (shown(element) && !named(element)) faults.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  for (const image of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${image.src}`);
  for (const chart of document.querySelectorAll("svg:not([aria-hidden=true], [role=img][aria-label] svg, svg svg)"))
    if (!chart.getAttribute("aria-label") && !chart.querySelector("title"))
      faults.push(`chart without a name: ${say(chart)}`);
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((one, place) => ids.indexOf(one) !== place))) faults.push(`id twice: ${id}`);
  for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby], [aria-controls]"))
    for (const name of ["aria-describedby", "aria-labelledby", "aria-controls"])
      for (const id of (element.getAttribute(name) || "").split(/\\s+/).filter(Boolean))
        if (!document.getElementById(id)) faults.push(`${name} leads nowhere: ${id}`);
  let level = 1;
  for (const heading of [...document.querySelectorAll("h1, h2, h3, h4, h5")].filter(shown)) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) faults.push(`h${level} is followed by h${own}: ${say(heading)}`);
    level = own;
  }
  return faults;
}
"""

WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(box).overflowX)) return true;
    return false;
  };
  const out = [...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().right > width + 1
    && !scrolls(element) && !element.closest("svg svg, .visually-hidden, [popover]:not(:popover-open)"));
  const found = out.slice(0, 3).map((element) => `<${element.tagName.toLowerCase()} class="`
    + `${element.getAttribute("class") || ""}"> ${(element.textContent || "").trim().slice(0, 30)}`);
  const whole = document.documentElement.scrollWidth;
  if (whole > width) found.push(`scrolls sideways: ${whole}`);
  return found;
}
"""


def faults(page: Page, language: str) -> list[str]:
    """What is wrong with the page that is open, whatever its width."""
    found: list[str] = page.evaluate(FAULTS)
    stated: Any = page.get_attribute("html", "lang")
    return found if stated == language else [*found, f"lang is {stated}"]


def too_wide(page: Page) -> list[str]:
    """What stands beyond the right edge and does not scroll in a frame of its own."""
    found: list[str] = page.evaluate(WIDE)
    return found
