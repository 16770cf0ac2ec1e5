// Keys of the console: "/" searches; j and k go through a list ([data-row]); Enter opens the row's
// first link ([data-open]); any other key presses what carries it in the row ([data-key]), else on
// the page. Everything is there without them, too.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const chosen = () => document.querySelector("[data-row].chosen");

  const choose = (row) => {
    chosen()?.classList.remove("chosen");
    if (!row) return;
    row.classList.add("chosen");
    row.scrollIntoView({ block: "nearest" });
  };

  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

  const press = (element) => {
    if (element.matches("input, textarea, select")) {
      element.focus();
      element.select?.();
      return;
    }
    if (element.matches("details")) {
      element.open = !element.open;
      element.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      return;
    }
    element.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const all = rows();
    const at = all.indexOf(chosen());
    if (event.key === "j" || event.key === "k") {
      if (!all.length) return;
      const step = event.key === "j" ? 1 : -1;
      choose(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && at >= 0 && event.target === document.body) {
      all[at].querySelector("[data-open], a")?.click();
      event.preventDefault();
      return;
    }
    const carrier = `[data-key="${CSS.escape(event.key)}"]`;
    const element = (at >= 0 && all[at].querySelector(carrier)) || document.querySelector(carrier);
    if (element) {
      press(element);
      event.preventDefault();
    }
  });

  // What was typed is sent: keys belong to the page again, not to the field.
  document.addEventListener("submit", () => document.activeElement?.blur());

  // Beside a wide page the menu is open, for browsers that cannot keep it so by style; on a narrow
  // one it starts closed.
  const narrow = matchMedia("(max-width: 60rem)");
  const settle = () => document.querySelector(".menu")?.toggleAttribute("open", !narrow.matches);
  settle();
  narrow.addEventListener("change", settle);
  document.addEventListener("htmx:afterSettle", settle);
})();
