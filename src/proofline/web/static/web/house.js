// Everything works without this. With it: the running timer ticks and stays alive while somebody is at work, and what is
// written but not sent is not lost by a slip.
"use strict";

const MINUTE = 60_000;

function tick() {
  for (const shown of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(shown.dataset.since)) / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    shown.textContent = (h ? `${h}:${String(m).padStart(2, "0")}` : `${m}`) + `:${String(s).padStart(2, "0")}`;
  }
}

let active = false;
for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, () => { active = true; }, { passive: true });

// A sign of life only if there was one: an open page is not somebody at work.
async function signOfLife() {
  const clock = document.querySelector("[data-alive]");
  if (!clock || !active) return;
  active = false;
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) await fetch(clock.dataset.alive, { method: "POST", headers: { "X-CSRFToken": token.value } });
}

let unsent = null;
addEventListener("input", (event) => { unsent = event.target.closest("form[data-keep]") || unsent; });
addEventListener("submit", () => { unsent = null; });
addEventListener("htmx:beforeRequest", () => { unsent = null; });
addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });

setInterval(tick, 1000);
setInterval(signOfLife, MINUTE);
tick();
