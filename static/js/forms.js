/* Forms: sent once, focus on what is wrong, text areas that grow, fields shown when they matter.
   data-show-if="kind:werkgever,overleg" on a control hides its field unless the field `kind` has one of the
   values; several conditions stand after each other with a space, and client:* asks for any value. The server
   ignores what does not matter. */
(() => {
  "use strict";

  const RESEND_AFTER = 8000; /* after a dropped line one may try again */

  function isPost(form) {
    return form instanceof HTMLFormElement && form.method === "post";
  }

  function onSubmit(event) {
    const form = event.target;
    if (!isPost(form)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    markButtons(form, true);
    window.setTimeout(() => release(form), RESEND_AFTER);
  }

  /* Not `disabled`: the name of the pressed button has to be sent. */
  function markButtons(form, busy) {
    for (const button of form.querySelectorAll("button[type=submit]")) {
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  function release(form) {
    delete form.dataset.sent;
    markButtons(form, false);
  }

  function releaseAll() {
    document.querySelectorAll("form[data-sent]").forEach(release);
  }

  function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    area.rows = Math.max(3, area.value.split("\n").length + Math.floor(area.value.length / 60));
  }

  function showWhatMatters(form) {
    for (const control of form.querySelectorAll("[data-show-if]")) {
      const given = new FormData(form);
      const matters = control.dataset.showIf.split(" ").every((condition) => {
        const [name, values] = condition.split(":");
        const chosen = given.get(name) ?? "";
        return values === "*" ? chosen !== "" : values.split(",").includes(chosen);
      });
      control.closest(".field").hidden = !matters;
    }
  }

  /* Of two versions the one that stands there: into the field, and the focus with it. */
  function takeOver(button) {
    const form = button.closest("form");
    const values = JSON.parse(button.dataset.takeValues);
    const fields = [...form.elements].filter((field) => field.name === button.dataset.take);
    for (const field of fields) {
      field.dispatchEvent(new CustomEvent("picker:set", { detail: values[0], bubbles: true }));
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
    const shown = fields.find((field) => field.checked) ?? fields[0];
    shown.dispatchEvent(new Event("change", { bubbles: true }));
    shown.focus();
  }

  function start(root) {
    root.querySelectorAll("form:has([data-show-if])").forEach(showWhatMatters);
    root.querySelectorAll("textarea[data-grow]").forEach(grow);
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-grow]")) grow(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.form) showWhatMatters(event.target.form);
  });
  document.addEventListener("draft:restored", (event) => showWhatMatters(event.target));
  document.addEventListener("htmx:afterRequest", releaseAll);
  document.addEventListener("form:answered", (event) => release(event.target));
  document.addEventListener("page:shown", (event) => start(event.detail));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (button) takeOver(button);
  });
  window.addEventListener("pageshow", releaseAll);
  start(document);
})();
