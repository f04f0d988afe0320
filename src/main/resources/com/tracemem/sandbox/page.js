"use strict";
(() => {
  const list = document.getElementById("list");
  let version = list.dataset.version;

  // A card in which somebody is writing stays as it is, unless it was answered elsewhere meanwhile.
  const inUse = (card, next) =>
    next && next.classList.contains("pending") &&
    (card.contains(document.activeElement) ||
      [...card.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue));

  const count = () => {
    const pending = list.querySelectorAll(".card.pending").length;
    document.title = document.title.replace(/^(\(\d+\) )?/, pending ? `(${pending}) ` : "");
    for (const section of list.querySelectorAll("section")) {
      section.querySelector(".count").textContent = section.querySelectorAll(".card").length;
    }
  };

  const show = (html) => {
    const next = new DOMParser().parseFromString(`<main>${html}</main>`, "text/html").querySelector("main");
    for (const card of list.querySelectorAll(".card.pending")) {
      const twin = next.querySelector(`#${CSS.escape(card.id)}`);
      if (inUse(card, twin)) return false;
    }
    for (const open of list.querySelectorAll("details[open]")) {
      next.querySelector(`#${CSS.escape(open.closest(".card").id)} details`)?.setAttribute("open", "");
    }
    list.replaceChildren(...next.childNodes);
    count();
    return true;
  };

  // Where somebody is writing, new cards are still added on top.
  const add = (html) => {
    const next = new DOMParser().parseFromString(`<main>${html}</main>`, "text/html").querySelector("main");
    for (const card of [...next.querySelectorAll(".card")].reverse()) {
      const shown = document.getElementById(card.id);
      if (!shown && card.classList.contains("pending")) {
        list.querySelector("section h2").after(card);
      } else if (shown && !inUse(shown, card)) {
        shown.replaceWith(card);
      }
    }
    count();
  };

  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  const follow = async () => {
    for (;;) {
      try {
        const answer = await fetch(`/list?seen=${version}`, { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.statusText);
        const html = await answer.text();
        const latest = answer.headers.get("X-Version");
        // Without news only the ages differ, which is no reason to take a selection away.
        if (latest !== version || getSelection().isCollapsed) {
          if (!show(html)) add(html);
        }
        version = latest;
        await pause(200);
      } catch {
        await pause(2000);
      }
    }
  };

  document.addEventListener("submit", (event) => {
    // Later, because a disabled button is not sent along.
    setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  follow();
})();
