// After an error the first wrong field of a step is ready to type into. pick.js, which comes before, puts its inputs into boxes
// of their own, and what has the focus loses it by that.
document.addEventListener("DOMContentLoaded", () => {
  const wrong = document.querySelector('main form [aria-invalid="true"]');
  for (let fold = wrong?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  wrong?.focus({ preventScroll: true });
});
