/* The shell: shortcuts, menus, toasts, and calm htmx. Everything works without this file. */
(() => {
  "use strict";

  const texts = () => document.body.dataset;

  /* "/" goes to search, "c" to a new contact; never while somebody is typing. */
  function onShortcut(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (!/^[a-z/]$/.test(event.key)) return;
    const target = document.querySelector(`[data-shortcut="${event.key}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("a, button")) target.click();
    else target.focus();
  }

  function isTyping(element) {
    return element.isContentEditable || element.matches("input, textarea, select, dialog *");
  }

  /* Menus close on Escape and on a click elsewhere. */
  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  }

  function onEscape(event) {
    if (event.key !== "Escape") return;
    const menu = document.activeElement.closest("details[data-menu][open]");
    closeMenus(null);
    if (menu) menu.querySelector("summary").focus();
  }

  /* From a search box down into its results and back up; Enter opens, as on any link. */
  function onArrow(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const box = document.querySelector("[data-arrows-into]");
    if (!box) return;
    const stops = [box, ...document.querySelectorAll(`${box.dataset.arrowsInto} .row-name`)];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!stops.includes(document.activeElement) || !next) return;
    event.preventDefault();
    next.focus();
  }

  function announce(text) {
    document.getElementById("announcer").textContent = text;
  }

  function toast(text, level = "info") {
    const box = document.createElement("div");
    box.className = `message message-${level}`;
    const words = document.createElement("span");
    words.className = "message-text";
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-quiet btn-small";
    close.textContent = texts().textClose;
    close.addEventListener("click", () => box.remove());
    box.append(words, close);
    document.getElementById("toasts").replaceChildren(box);
    announce(text);
  }

  /* A signed-out person gets the sign-in page as answer: load the page anew instead of swapping it in. */
  function onBeforeSwap(event) {
    if (/^\s*<!doctype/i.test(event.detail.xhr.responseText) && !event.detail.boosted) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  }

  /* The URL says what the filters say now: nothing of before, nothing that is empty. */
  function onConfigRequest(event) {
    if (!event.target.matches("form[data-live]")) return;
    event.detail.path = window.location.pathname;
    const parameters = event.detail.parameters;
    for (const name of Object.keys(parameters)) {
      if (parameters[name] === "") delete parameters[name];
    }
  }

  /* The list starts at its top again, the focus stays on the button that was pressed, and the page is said. */
  function onSwapped(event) {
    const root = event.detail.elt;
    const focus = root.querySelector("[data-error-summary], [autofocus]");
    if (focus) focus.focus();
    const pressed = event.detail.requestConfig?.elt;
    const pages = root.querySelector(".pages");
    if (pages && pressed?.matches(".pages a")) {
      const button = pages.querySelector(`a[rel=${pressed.rel}]`) ?? pages.querySelector("a");
      button.focus({ preventScroll: true });
      root.scrollIntoView({ block: "start" });
      announce(pages.getAttribute("aria-label") + " " + pages.querySelector(".pages-now").textContent.trim());
      return;
    }
    const count = root.querySelector("[role=status]");
    if (count) announce(count.textContent.trim());
  }

  function setBusy(event, busy) {
    const target = event.detail.target;
    if (target && target.setAttribute) target.setAttribute("aria-busy", String(busy));
  }

  const failed = () => toast(texts().textFailed, "error");

  document.addEventListener("keydown", onShortcut);
  document.addEventListener("keydown", onEscape);
  document.addEventListener("keydown", onArrow);
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("htmx:beforeSwap", onBeforeSwap);
  document.addEventListener("htmx:configRequest", onConfigRequest);
  document.addEventListener("htmx:beforeRequest", (event) => setBusy(event, true));
  document.addEventListener("htmx:afterRequest", (event) => setBusy(event, false));
  document.addEventListener("htmx:afterSwap", onSwapped);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
})();
