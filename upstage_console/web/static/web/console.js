/* Comfort only: every page works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script");

  const closeMenus = (except) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    const label = button.querySelector("[data-label]") || button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      label.textContent = button.dataset.done;
    } catch {
      // Without permission the text is selected instead, ready for the keyboard.
      window.getSelection().selectAllChildren(source);
    }
    window.setTimeout(() => { label.textContent = before; }, 2000);
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    if ("print" in button.dataset) window.print();
    if ("dismiss" in button.dataset) button.closest(".banner").remove();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });

  // A form is sent once: a second press while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  // The menus of a phone open with the present page in sight.
  document.querySelectorAll(".side a[aria-current], .tabs a[aria-current]").forEach((here) => {
    const list = here.closest(".side-list, .tabs");
    list.scrollLeft = here.offsetLeft - list.offsetLeft - list.clientWidth / 2 + here.offsetWidth / 2;
  });
})();
