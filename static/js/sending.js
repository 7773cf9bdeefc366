/* Forms are sent without leaving the page: without a connection, or when something fails, what was typed stays
   where it is and is sent again. The number of the form makes that it is saved once, however often it is sent.
   A form without JavaScript is sent by the browser itself, and works as well. */
(() => {
  "use strict";

  const PATIENCE = 30000; /* of a line that says nothing */
  const FIRST_WAIT = 3000;
  const LONGEST_WAIT = 30000;
  const BUSY = [502, 503, 504];
  const body = document.body.dataset;
  let tries = 0;
  let timer = 0;

  function isOurs(form) {
    return (
      body.page === "page" &&
      form instanceof HTMLFormElement &&
      form.method === "post" &&
      !form.matches("[hx-post], [data-sign-out], [data-plain]")
    );
  }

  async function send(form, submitter) {
    window.clearTimeout(timer);
    form.setAttribute("aria-busy", "true");
    let answer;
    try {
      answer = await fetch(form.getAttribute("action") || window.location.href, {
        method: "POST",
        body: new FormData(form, submitter),
        headers: { "X-Sent-By": "page" },
        redirect: "error",
        signal: form.enctype === "multipart/form-data" ? undefined : AbortSignal.timeout(PATIENCE),
      });
      await take(form, submitter, answer, await answer.text());
    } catch {
      waitAndSend(form, submitter, body.textOffline);
    } finally {
      form.removeAttribute("aria-busy");
      form.dispatchEvent(new Event("form:answered", { bubbles: true }));
    }
  }

  async function take(form, submitter, answer, text) {
    const to = answer.headers.get("X-Goes-To");
    if (to && answer.headers.get("X-Signed-Out")) signIn();
    else if (to) goOn(form, to);
    else if (BUSY.includes(answer.status)) waitAndSend(form, submitter, body.textBusy);
    else if (answer.status === 403) await renew(form, submitter);
    else if (answer.status === 429) say(form, body.textTooOften);
    else if (answer.status >= 500) say(form, body.textBroken, submitter);
    else if (answer.status >= 400 && !isFormPage(text)) say(form, body.textRefused);
    else show(text, answer.url);
  }

  function goOn(form, to) {
    form.dispatchEvent(new Event("form:saved", { bubbles: true }));
    const target = new URL(to, window.location.href);
    if (target.pathname + target.search === window.location.pathname + window.location.search) window.location.reload();
    else window.location.assign(target);
  }

  /* This page again: signed out that is the sign-in page, and afterwards this form, with what was typed. */
  function signIn() {
    window.location.assign(window.location.pathname + window.location.search);
  }

  function isFormPage(text) {
    return /<main[^>]*\bid="main"/.test(text) && /data-error-summary/.test(text);
  }

  /* The page as it came back, with what is wrong; the address stays. */
  function show(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.getElementById("main");
    if (!main) {
      window.location.reload();
      return;
    }
    document.title = page.title;
    document.getElementById("main").replaceWith(document.adoptNode(main));
    if (window.htmx) window.htmx.process(main);
    document.dispatchEvent(new CustomEvent("page:shown", { detail: main }));
    if (!main.querySelector("[data-error-summary]")) main.focus();
    window.scrollTo(0, 0);
  }

  /* Refused: perhaps because this page is older than the session. With the mark of a fresh page it is sent once more. */
  async function renew(form, submitter) {
    const token = form.elements.csrfmiddlewaretoken;
    const answer = await fetch(window.location.href, { headers: { "X-Sent-By": "page" } });
    if (answer.headers.get("X-Goes-To")) {
      signIn();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("input[name=csrfmiddlewaretoken]");
    if (!answer.ok || !fresh || form.dataset.renewed) {
      say(form, body.textRefused);
      return;
    }
    token.value = fresh.value;
    form.dataset.renewed = "yes";
    await send(form, submitter);
  }

  function waitAndSend(form, submitter, text) {
    say(form, text, submitter);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
    tries += 1;
    timer = window.setTimeout(() => again(form, submitter), wait);
  }

  function again(form, submitter) {
    if (!form.isConnected) return;
    if (navigator.onLine) send(form, submitter);
    else timer = window.setTimeout(() => again(form, submitter), FIRST_WAIT);
  }

  function boxOf(form) {
    let box = form.querySelector(".sending-message");
    if (!box) {
      box = document.createElement("div");
      box.setAttribute("role", "alert");
      form.prepend(box);
    }
    box.className = "message message-error sending-message";
    box.replaceChildren();
    return box;
  }

  function say(form, text, submitter) {
    const box = boxOf(form);
    const words = document.createElement("span");
    words.className = "message-text";
    words.textContent = text;
    box.append(words);
    if (submitter !== undefined) box.append(againButton(form, submitter));
    box.scrollIntoView({ block: "nearest" });
  }

  function againButton(form, submitter) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-small";
    button.textContent = body.textAgain;
    button.addEventListener("click", () => send(form, submitter));
    return button;
  }

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !isOurs(event.target)) return;
    event.preventDefault();
    tries = 0;
    delete event.target.dataset.renewed;
    send(event.target, event.submitter);
  });
  window.addEventListener("online", () => {
    for (const box of document.querySelectorAll(".sending-message button")) box.click();
  });
})();
