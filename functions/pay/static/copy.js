// Buttons that copy a value. Without this script they stay hidden, and values can be marked by hand.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.field));
      return;
    }
    for (const other of document.querySelectorAll("button[data-copy].done")) {
      other.classList.remove("done");
      other.querySelector("span").textContent = other.dataset.press;
    }
    button.classList.add("done");
    button.querySelector("span").textContent = button.dataset.done;
    said.textContent = button.dataset.said;
  });
}
