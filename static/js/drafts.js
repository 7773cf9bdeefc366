/* Nothing typed is ever lost: forms with data-draft are kept in this tab at once (sessionStorage) and on the
   server a moment later, until the server says that they are saved. So they survive the back button, a lost
   connection, signing in again, a closed tab and another device. Hidden fields travel along: the number of a
   form makes that it is saved once. A draft belongs to one person; another person in this tab never sees it. */
(() => {
  "use strict";

  const PREFIX = "draft:";
  const SKIPPED = ["password", "file", "submit", "button", "reset"];
  const KEEP_AFTER = 1200; /* milliseconds after the last key */
  const TRY_AGAIN_AFTER = 10000;
  const body = document.body.dataset;
  const owner = body.owner;
  const timers = new WeakMap();

  const draftForms = () => document.querySelectorAll("form[data-draft]");
  const memoryOf = (form) => form.querySelector("[data-draft-page]");
  const pageOf = (form) => memoryOf(form).dataset.draftPage;
  const storageKey = (form) => PREFIX + pageOf(form);

  function fieldsOf(form) {
    return [...form.elements].filter(
      (field) => field.name && !field.disabled && field.name !== "csrfmiddlewaretoken" && !SKIPPED.includes(field.type),
    );
  }

  /* What a browser would send: name and value of each input, in their order. */
  function entriesOf(form) {
    const names = new Set(fieldsOf(form).map((field) => field.name));
    return [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
  }

  function numberOf(entries) {
    return (entries.find(([name]) => name === "form_number") ?? [])[1];
  }

  function read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function write(key, draft) {
    try {
      sessionStorage.setItem(key, JSON.stringify(draft));
    } catch {
      /* storage is full or switched off: the server still keeps it */
    }
  }

  function putBack(form, entries) {
    const given = new Map();
    for (const [name, value] of entries) given.set(name, [...(given.get(name) ?? []), value]);
    let changed = false;
    for (const field of fieldsOf(form)) {
      const values = given.get(field.name) ?? [];
      changed = setField(field, values) || changed;
    }
    return changed;
  }

  function setField(field, values) {
    if (field.type === "checkbox" || field.type === "radio") {
      const differs = field.checked !== values.includes(field.value);
      field.checked = values.includes(field.value);
      return differs;
    }
    if (field.type === "select-multiple") {
      const before = [...field.selectedOptions].map((option) => option.value).join("\n");
      for (const option of field.options) option.selected = values.includes(option.value);
      return before !== values.join("\n");
    }
    if (values.length === 0) return false;
    field.dispatchEvent(new CustomEvent("picker:set", { detail: values[0], bubbles: true }));
    const differs = field.value !== values[0] && field.type !== "hidden";
    field.value = values[0];
    return differs;
  }

  /* In this tab at once; on the server when the fingers rest. */
  function keep(form) {
    write(storageKey(form), { owner, isKept: false, entries: entriesOf(form) });
    window.clearTimeout(timers.get(form));
    timers.set(form, window.setTimeout(() => keepOnServer(form), KEEP_AFTER));
  }

  function post(url, form, fields) {
    const content = new URLSearchParams(fields);
    content.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(url, { method: "POST", body: content, redirect: "manual", keepalive: String(content).length < 60000 });
  }

  async function keepOnServer(form) {
    const draft = read(storageKey(form)) ?? { owner, entries: entriesOf(form) };
    const sent = JSON.stringify(draft.entries);
    try {
      const answer = await post(body.drafts, form, {
        page: pageOf(form),
        number: numberOf(draft.entries),
        entries: sent,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { kept } = await answer.json();
      if (!kept) wasSaved(form);
      else if (sent === JSON.stringify(entriesOf(form))) {
        write(storageKey(form), { ...draft, isKept: true });
        note(form, body.textKept);
      }
    } catch {
      note(form, body.textNotKept);
      timers.set(form, window.setTimeout(() => keepOnServer(form), TRY_AGAIN_AFTER));
    }
  }

  function note(form, text) {
    let line = form.querySelector(".draft-note");
    if (!line) {
      line = document.createElement("p");
      line.className = "draft-note";
      (form.querySelector(".actions") ?? form).append(line);
    }
    line.textContent = text;
  }

  function isKept(form) {
    const draft = read(storageKey(form));
    return !draft || draft.isKept;
  }

  /* The answer to saving it got lost, or somebody saved it on another device. */
  function wasSaved(form) {
    forget(form);
    tell(form, body.textWasSaved, null);
  }

  function forget(form) {
    window.clearTimeout(timers.get(form));
    sessionStorage.removeItem(storageKey(form));
  }

  /* What this tab holds and the server does not is the newest; else the server knows, also that it is gone. */
  function restore(form) {
    const memory = memoryOf(form);
    const here = read(storageKey(form));
    const fresh = entriesOf(form);
    const mine = here && here.owner === owner && !here.isKept ? here.entries : null;
    const kept = memory.dataset.kept ? JSON.parse(memory.dataset.kept) : null;
    const entries = mine ?? kept;
    if (!entries) {
      forget(form);
      return;
    }
    if (!putBack(form, entries)) return;
    write(storageKey(form), { owner, isKept: !mine, entries });
    form.dispatchEvent(new Event("draft:restored", { bubbles: true }));
    tell(form, body.textRestored, fresh);
    if (mine) keepOnServer(form);
  }

  function tell(form, text, fresh) {
    const box = document.createElement("div");
    box.className = "message message-info";
    box.setAttribute("role", "status");
    const words = document.createElement("span");
    words.className = "message-text";
    words.textContent = text;
    box.append(words);
    if (fresh) box.append(discardButton(form, fresh, box));
    form.querySelector(".message-info")?.remove();
    form.prepend(box);
  }

  function discardButton(form, fresh, box) {
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-quiet btn-small";
    discard.textContent = body.textDiscard;
    discard.addEventListener("click", () => {
      forget(form);
      putBack(form, fresh);
      form.dispatchEvent(new Event("draft:restored", { bubbles: true }));
      box.remove();
      post(body.draftsForget, form, { page: pageOf(form) }).catch(() => {});
    });
    return discard;
  }

  function forgetAll() {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    keys.forEach((key) => sessionStorage.removeItem(key));
  }

  function forgetOthers() {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) if (read(key)?.owner !== owner) sessionStorage.removeItem(key);
  }

  function onInput(event) {
    const form = event.target.form;
    if (form && "draft" in form.dataset && event.target.type !== "file") keep(form);
  }

  function keepAll() {
    for (const form of draftForms()) if (!isKept(form)) keepOnServer(form);
  }

  /* The server is asked to take the rest along when somebody leaves; only without a connection one is warned. */
  function onLeave(event) {
    const isAlone = [...draftForms()].some((form) => !isKept(form));
    if (isAlone && !navigator.onLine) event.preventDefault();
  }

  document.addEventListener("input", onInput);
  document.addEventListener("change", onInput);
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("data-sign-out")) forgetAll();
  });
  document.addEventListener("form:saved", (event) => {
    if ("draft" in event.target.dataset) forget(event.target);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepAll();
  });
  window.addEventListener("online", keepAll);
  window.addEventListener("beforeunload", onLeave);

  if (body.page === "page") {
    forgetOthers();
    draftForms().forEach(restore);
  }
})();
