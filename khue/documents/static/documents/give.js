// The box above says whether all, some or none are chosen, and the button how many.
(() => {
  "use strict";
  const all = document.querySelector("[data-check-all]"), chosen = document.querySelector("[data-chosen]");
  if (!all) return;
  const boxes = [...document.querySelectorAll(all.dataset.checkAll)];
  const count = () => {
    const n = boxes.filter((box) => box.checked).length;
    all.checked = n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
    chosen.textContent = `(${n})`;
  };
  // after the page's own listener has set the boxes
  all.addEventListener("change", () => setTimeout(count));
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
})();
