// A button that copies what stands in a field; also where the line is not private, which the newer way does not allow.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.getElementById(button.dataset.copy).select();
      if (document.execCommand("copy")) window.khue.toast(button.dataset.copied);
    });
  }
});
