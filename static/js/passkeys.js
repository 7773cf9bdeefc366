/* Passkeys: the browser is asked, the answer goes to the server with an ordinary form. The asking itself is
   allauth's own code (mfa/js/webauthn.js). Where a browser knows no passkeys these forms stay hidden. */
(() => {
  "use strict";

  const START = { add: "addForm", authenticate: "authenticateForm", login: "loginForm" };

  function start(form) {
    const kind = form.dataset.passkey;
    window.allauth.webauthn.forms[START[kind]]({
      ids: { [kind]: `passkey-${kind}`, credential: `passkey-${kind}-credential`, passwordless: "passkey-passwordless" },
      data: form.dataset.options ? JSON.parse(form.dataset.options) : null,
    });
    form.hidden = false;
  }

  /* Cancelled, unknown or refused: say so beside the button, not in the console. */
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const line of document.querySelectorAll("[data-passkey-failed]")) line.hidden = false;
  });

  if (window.webauthnJSON && window.webauthnJSON.supported()) {
    document.querySelectorAll("form[data-passkey]").forEach(start);
  }
})();
