// Moving a task to another day of the grid, by mouse or by keyboard, with one undo. Without it there is a form in the list.
(() => {
  "use strict";
  const body = document.querySelector("[data-month-body]");
  if (!body) return;
  const say = document.querySelector("[data-say]");
  const undo = document.querySelector("[data-undo]");
  const csrf = undo.querySelector("[name=csrfmiddlewaretoken]").value;
  const words = (name, parts = {}) =>
    document.querySelector(`[data-w="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_, part) => parts[part] ?? "");
  const cells = () => [...body.querySelectorAll("[data-cell]")];
  const quoteOf = (task) => task.querySelector("[data-quote]").textContent;
  let moving = null, busy = false;

  ready();
  function ready() {
    for (const button of body.querySelectorAll("[data-begin]")) button.hidden = false;
    body.querySelector("[data-help]")?.removeAttribute("hidden");
  }
  function tell(text) { say.textContent = ""; requestAnimationFrame(() => { say.textContent = text; }); }

  // ---- by keyboard --------------------------------------------------------------------------------------------------
  function begin(task) {
    const all = cells();
    const at = Math.max(0, all.findIndex((cell) => cell.dataset.cell === task.dataset.base));
    moving = { task, at, from: document.activeElement };
    task.classList.add("held");
    point(at, "begin");
  }
  function point(at, name = "") {
    const all = cells();
    moving.at = Math.min(all.length - 1, Math.max(0, at));
    all.forEach((cell, n) => cell.classList.toggle("target", n === moving.at));
    all[moving.at].scrollIntoView({ block: "nearest", inline: "nearest" });
    const day = all[moving.at].dataset.sayDay;
    tell(name ? words(name, { quote: quoteOf(moving.task), day }) : day);
  }
  function stop() {
    for (const cell of cells()) cell.classList.remove("target");
    moving?.task.classList.remove("held");
    moving = null;
  }

  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-begin]");
    if (button && !busy) { stop(); begin(button.closest("[data-task]")); }
  });
  document.addEventListener("keydown", (event) => {
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!moving) {
      const task = event.target.closest?.("[data-move]");
      if (task && event.key.toLowerCase() === "d") { event.preventDefault(); begin(task); }
      return;
    }
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -moving.at, End: cells().length }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const to = moving.at + step;
      // a week up or down out of the grid stays where it is
      if (Math.abs(step) !== 7 || (to >= 0 && to < cells().length)) point(to);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const { task, at } = moving, day = cells()[at].dataset.cell;
      stop();
      move(task, day);
    } else if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      stop();
      tell(words("stopped"));
    }
  });

  // ---- by mouse -----------------------------------------------------------------------------------------------------
  let dragged = null;
  body.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]");
    if (!dragged || busy) { dragged = null; return; }
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", quoteOf(dragged));
    dragged.classList.add("held");
  });
  body.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest("[data-cell]");
    for (const cell of cells()) cell.classList.toggle("target", cell === over);
    if (over) { event.preventDefault(); event.dataTransfer.dropEffect = "move"; }
  });
  body.addEventListener("drop", (event) => {
    const cell = event.target.closest("[data-cell]"), task = dragged;
    if (!cell || !task) return;
    event.preventDefault();
    move(task, cell.dataset.cell);
  });
  body.addEventListener("dragend", () => {
    dragged?.classList.remove("held");
    dragged = null;
    if (!moving) for (const cell of cells()) cell.classList.remove("target");
  });

  // ---- the move itself ----------------------------------------------------------------------------------------------
  async function move(task, day) {
    const { base } = task.dataset, quote = quoteOf(task);
    if (day === base) { focusOn(task.dataset.task); tell(words("stopped")); return; }
    const done = await send(task.dataset.move, { den: day, base });
    await fresh(task.dataset.task);
    if (!done) return;
    const text = words("moved", { quote, words: done.words });
    offer(task.dataset.move, base, day, text);
    tell(text);
  }
  function offer(address, den, base, text) {
    const form = undo.querySelector("form");
    form.action = address;
    form.elements.den.value = den;
    form.elements.base.value = base;
    undo.querySelector("[data-undo-words]").textContent = text;
    undo.hidden = false;
  }
  undo.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    const { den, base } = undo.querySelector("form").elements;
    const address = undo.querySelector("form").action;
    const done = await send(address, { den: den.value, base: base.value, undo: "1" });
    await fresh(address.match(/(\d+)\/[^/]+\/$/)?.[1]);
    if (!done) return;
    undo.hidden = true;
    // what the page said of the move, and its address, are no longer so
    document.querySelectorAll("main .notice.good:not([data-undo])").forEach((said) => said.remove());
    const now = new URL(location.href);
    ["vua_doi", "tu", "den"].forEach((name) => now.searchParams.delete(name));
    history.replaceState(null, "", now);
    tell(done.words);
  });

  async function send(address, said) {
    busy = true;
    // what came of it is said once; only where that takes long is it said that it goes on
    const slow = setTimeout(() => tell(words("sending")), 2000);
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": csrf },
        body: new URLSearchParams(said),
      });
      const told = await answer.json();
      if (answer.ok) return told;
      wrong(told.words);
    } catch {
      wrong(words("failed"));
    } finally {
      clearTimeout(slow);
      busy = false;
    }
    return null;
  }
  // a toast is read out by itself
  function wrong(text) { window.khue.toast(text); }

  // the page as the server has it now, without leaving it
  async function fresh(task) {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-month-body]");
      if (answer.ok && now) { body.replaceChildren(...now.childNodes); ready(); }
    } catch { /* the line is down; what stands there stays */ }
    focusOn(task);
  }
  function focusOn(task) {
    const shown = body.querySelector(`[data-task="${task}"]`);
    shown?.closest("details")?.setAttribute("open", "");
    (shown?.querySelector("[data-begin]") || shown?.querySelector("a"))?.focus();
  }
})();
