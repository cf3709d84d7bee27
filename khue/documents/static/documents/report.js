// Comfort on a report's sheet: a double click opens a piece, Ctrl+Enter saves, Escape closes. All of it works without.
(() => {
  "use strict";
  document.addEventListener("dblclick", (e) => {
    const piece = e.target.closest(".piece[data-edit]");
    if (piece && !e.target.closest("a, form, summary, textarea")) location.assign(piece.dataset.edit);
  });
  for (const area of document.querySelectorAll(".piece-form textarea")) {
    const fit = () => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 4}px`; };
    area.addEventListener("input", fit);
    fit();
    area.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) area.form.requestSubmit();
      if (e.key === "Escape") document.querySelector(".piece-form [data-close]")?.click();
    });
  }
  const first = document.querySelector(".piece-form textarea");
  if (first) { first.focus({ preventScroll: true }); first.setSelectionRange(first.value.length, first.value.length); }
})();
