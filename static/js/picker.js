/* A box to type in above a list (templates/widgets/picker.html). htmx fills the list with what may be meant;
   here it opens under the box, arrows go into it, and a choice empties the box. A client who is not in the list,
   from a draft or from another version, is added and named. Without this file the form comes back with the list. */
(() => {
  "use strict";

  const SHOWN = 8;

  const listOf = (text) => text.closest(".picker").querySelector("select");
  const textOf = (list) => list.closest(".picker").querySelector("[data-picker-text]");

  function open(list) {
    const lines = list.options.length + list.querySelectorAll("optgroup").length;
    list.size = Math.max(2, Math.min(SHOWN, lines));
  }

  function close(list) {
    list.removeAttribute("size");
  }

  function onSwapped(event) {
    const list = event.detail.target;
    if (!(list instanceof HTMLSelectElement) || !("picker" in list.dataset)) return;
    if (textOf(list).value.trim() === "") close(list);
    else open(list);
    document.getElementById("announcer").textContent = list.options[0].textContent.trim();
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Enter in the box would send the form. */
  function onKey(event) {
    if (!event.target.matches("[data-picker-text]") || !["ArrowDown", "Enter"].includes(event.key)) return;
    event.preventDefault();
    const list = listOf(event.target);
    if (list.options.length === 2) choose(list, list.options[1].value);
    list.focus();
  }

  function choose(list, value) {
    list.value = value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function onChange(event) {
    if (!event.target.matches("select[data-picker]") || event.target.value === "") return;
    textOf(event.target).value = "";
  }

  async function onSet(event) {
    const list = event.target;
    const value = event.detail;
    if (!list.matches("select[data-picker]") || !value) return;
    if ([...list.options].some((option) => option.value === value)) return;
    const option = new Option("…", value);
    list.append(option);
    const address = new URL(textOf(list).getAttribute("hx-get"), window.location.origin);
    address.searchParams.set("chosen", value);
    try {
      const answer = await fetch(address, { redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = document.createElement("select");
      found.innerHTML = await answer.text();
      const named = [...found.options].find((one) => one.value === value);
      if (named) option.textContent = named.textContent;
      else option.remove(); /* somebody whom this person does not see any more */
    } catch {
      option.textContent = value;
    }
  }

  document.addEventListener("htmx:afterSwap", onSwapped);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange);
  document.addEventListener("picker:set", onSet);
  document.addEventListener("focusout", (event) => {
    if (event.target.matches("select[data-picker]")) close(event.target);
  });
})();
