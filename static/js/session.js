/* A session ends after a while without use and at the end of the day. This warns in time, keeps the session of
   somebody who is typing, and goes to the sign-in page when it is over. Tabs tell each other when they were used. */
(() => {
  "use strict";

  const box = document.getElementById("session-warning");
  if (!box) return;

  const SEEN = "session-seen";
  const idle = Number(box.dataset.idleSeconds) * 1000;
  if (!(idle > 0)) return; /* a page without a session: nothing can end */
  const ends = Date.now() + Number(box.dataset.secondsLeft) * 1000;
  const ahead = Math.min(120000, idle / 2);
  let seenHere = Date.now();
  let acknowledged = false;

  function markSeen() {
    seenHere = Date.now();
    try {
      localStorage.setItem(SEEN, String(seenHere));
    } catch {
      /* storage is switched off: each tab counts for itself */
    }
  }

  function lastSeen() {
    try {
      return Math.max(seenHere, Number(localStorage.getItem(SEEN)) || 0);
    } catch {
      return seenHere;
    }
  }

  async function touch() {
    markSeen();
    try {
      const answer = await fetch(box.dataset.url, {
        method: "POST",
        headers: { "X-CSRFToken": box.dataset.token },
        redirect: "manual",
      });
      if (!answer.ok) leave();
    } catch {
      /* the line is down: the next page will tell */
    }
  }

  /* The address of this page again: signed out, that is the sign-in page, and afterwards this page. */
  function leave() {
    window.location.assign(window.location.pathname + window.location.search);
  }

  function warn(kind) {
    for (const text of box.querySelectorAll("[data-when]")) text.hidden = text.dataset.when !== kind;
    if (!box.open) box.showModal();
  }

  function goOn() {
    box.close();
    if (ends - Date.now() <= ahead) acknowledged = true;
    else touch();
  }

  function look() {
    const now = Date.now();
    const idleLeft = lastSeen() + idle - now;
    if (idleLeft <= 0 || ends <= now) leave();
    else if (ends - now <= ahead) acknowledged || warn("end");
    else if (idleLeft <= ahead) warn("idle");
    else if (box.open) box.close();
  }

  markSeen();
  box.querySelector("button").addEventListener("click", goOn);
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    goOn();
  });
  document.addEventListener("htmx:afterRequest", markSeen);
  document.addEventListener("input", () => {
    if (Date.now() - lastSeen() > idle / 3) touch();
  });
  window.setInterval(look, 1000);
})();
