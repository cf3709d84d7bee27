// A form that may take more than a moment says that it is at work, and is not sent twice. Works without it.
(() => {
  "use strict";
  // after khue.js, which may ask and hold it back
  document.addEventListener("DOMContentLoaded", () => document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-busy]") || event.defaultPrevented || event.submitter?.hasAttribute("data-quick")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const part = form.querySelector("[data-busy-part]");
    if (part) part.hidden = false;
  }));
  // back from the page after it: the form may be sent again
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-busy]")) {
      delete form.dataset.sent;
      form.querySelector("[data-busy-part]")?.setAttribute("hidden", "");
    }
  });
})();
