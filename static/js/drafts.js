/* Nothing typed is ever lost: forms with data-draft="key" are kept in this tab (sessionStorage, gone with
   the tab) until they are saved. They survive signing in again, the back button and a dropped line.
   Hidden fields travel along: the number of a contact makes that sending twice writes once.
   A draft belongs to one person; another person in the same tab never sees it. */
(() => {
  "use strict";

  const PREFIX = "draft:";
  const SKIPPED = ["password", "file", "submit", "button"];
  const owner = document.body.dataset.owner;
  const page = document.body.dataset.page;

  const storageKey = (form) => `${PREFIX}${window.location.pathname}${window.location.search}:${form.dataset.draft}`;

  function fieldsOf(form) {
    return [...form.elements].filter(
      (field) => field.name && field.name !== "csrfmiddlewaretoken" && !SKIPPED.includes(field.type),
    );
  }

  function valuesOf(form) {
    return fieldsOf(form).map((field) => {
      if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
      if (field.type === "select-multiple") return [field.name, [...field.selectedOptions].map((option) => option.value)];
      return [field.name, field.value];
    });
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
      /* storage is full or switched off: the form still works */
    }
  }

  function keep(form, sent = false) {
    write(storageKey(form), { owner, sent, values: valuesOf(form) });
  }

  function putBack(form, values) {
    const fields = fieldsOf(form);
    let changed = false;
    values.forEach(([name, value, checked], index) => {
      const field = sameField(fields, name, value, checked, index);
      if (field) changed = setField(field, value, checked) || changed;
    });
    return changed;
  }

  function sameField(fields, name, value, checked, index) {
    if (checked === undefined) {
      const here = fields[index];
      return here && here.name === name ? here : fields.find((field) => field.name === name);
    }
    return fields.find((field) => field.name === name && field.value === value);
  }

  function setField(field, value, checked) {
    if (checked !== undefined) {
      const differs = field.checked !== checked;
      field.checked = checked;
      return differs;
    }
    if (field.type === "select-multiple") {
      const before = [...field.selectedOptions].map((option) => option.value).join("\n");
      for (const option of field.options) option.selected = value.includes(option.value);
      return before !== value.join("\n");
    }
    const differs = field.value !== value;
    field.value = value;
    return differs;
  }

  function restore(form) {
    const key = storageKey(form);
    const draft = read(key);
    if (!draft) return;
    write(key, { ...draft, sent: false });
    const fresh = valuesOf(form);
    if (!putBack(form, draft.values)) return;
    form.dispatchEvent(new Event("draft:restored", { bubbles: true }));
    tell(form, key, fresh);
  }

  function tell(form, key, fresh) {
    const box = document.createElement("div");
    box.className = "message message-info";
    box.setAttribute("role", "status");
    const words = document.createElement("span");
    words.className = "message-text";
    words.textContent = document.body.dataset.textRestored;
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-quiet btn-small";
    discard.textContent = document.body.dataset.textDiscard;
    discard.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      putBack(form, fresh);
      box.remove();
    });
    box.append(words, discard);
    form.prepend(box);
  }

  function draftKeys() {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  }

  function forgetAll() {
    draftKeys().forEach((key) => sessionStorage.removeItem(key));
  }

  /* What was sent and is not asked for again has been saved. A sign-in or error page proves nothing. */
  function forgetSaved() {
    const saved = document.querySelector('[data-message="success"]');
    const forms = [...document.querySelectorAll("form[data-draft]")];
    for (const key of draftKeys()) {
      const draft = read(key);
      const form = forms.find((candidate) => storageKey(candidate) === key);
      if (!draft || draft.owner !== owner) sessionStorage.removeItem(key);
      else if (draft.sent && (saved || !form)) sessionStorage.removeItem(key);
    }
  }

  function onInput(event) {
    const form = event.target.form;
    if (form && form.dataset.draft) keep(form);
  }

  document.addEventListener("input", onInput);
  document.addEventListener("change", onInput);
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.draft) keep(event.target, true);
    if (event.target.hasAttribute("data-sign-out")) forgetAll();
  });

  if (page === "page") {
    forgetSaved();
    document.querySelectorAll("form[data-draft]").forEach(restore);
  }
})();
