// What every page shares: the light or dark switch, keys, questions before what cannot be undone, words that are kept
// while they are typed, files that are dropped. Pages work without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const shelf = (name) => ({
    get(key) { try { return window[name].getItem(key); } catch { return null; } },
    set(key, value) { try { window[name].setItem(key, value); } catch { /* private mode: nothing is kept */ } },
    keys() { try { return Object.keys(window[name]); } catch { return []; } },
    drop(key) { try { window[name].removeItem(key); } catch { /* nothing to drop */ } },
  });
  const store = shelf("localStorage"), session = shelf("sessionStorage"), SENT = "khue-sent";
  let unanswered = "";
  const theme = store.get("khue-theme");
  if (theme) root.dataset.theme = theme;

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.querySelector("[data-theme-switch]");
    if (toggle) {
      toggle.hidden = false;
      toggle.addEventListener("click", () => {
        const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
        root.dataset.theme = dark ? "light" : "dark";
        store.set("khue-theme", root.dataset.theme);
      });
    }
    document.addEventListener("click", (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    });
    document.addEventListener("submit", (event) => {
      const asked = event.submitter?.dataset.confirm || event.target.dataset.confirm;
      if (asked && !confirm(asked)) event.preventDefault();
    });
    for (const form of document.querySelectorAll("form[data-auto]")) {
      form.addEventListener("change", () => form.requestSubmit());
    }
    unanswered = settle();
    document.querySelectorAll("form[data-keep]").forEach(keep);
    document.querySelectorAll(".drop").forEach(drop);
    document.querySelectorAll("[data-poll]").forEach(poll);
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    const all = document.querySelector("[data-check-all]");
    all?.addEventListener("change", () => { for (const box of document.querySelectorAll(all.dataset.checkAll)) box.checked = all.checked; });
    refused();
  });

  // what was wrong in a form is brought into sight, its field ready to type into
  function refused() {
    const said = document.querySelector("main form .error, main form [role=alert]");
    if (!said) return;
    for (let fold = said.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    said.closest(".field, .line")?.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
    said.scrollIntoView({ block: "center" });
  }

  // a name that stands in a field of choices is replaced by what is typed, not lengthened
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.("input[list], input[data-pick]") && target.value) setTimeout(() => { if (document.activeElement === target) target.select(); });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const find = document.querySelector("[data-key='/']");
    if (find) { event.preventDefault(); find.focus(); find.select(); }
  });

  function typing(element) { return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName); }

  // on a machine that several people use, everybody finds only their own words
  const keyOf = (form) => `khue-keep:${document.body.dataset.user || ""}:${form.dataset.keep}`;

  // what is typed into a form stays in this browser until the server has taken it: then it answers with another page
  function keep(form) {
    const key = keyOf(form), version = form.dataset.keepVersion || "";
    const saved = JSON.parse(store.get(key) || "null");
    const first = values(), same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    // refused, with the words in it: they belong to the empty form as before
    const was = saved && key === unanswered ? saved.was : first;
    if (saved && !same(saved.typed, first) && (same(saved.was, first) || (key !== unanswered && saved.version !== version))) {
      for (const [name, field] of fields()) if (name in saved.typed && saved.typed[name] !== saved.was[name]) set(field, saved.typed[name]);
      form.insertAdjacentHTML("afterbegin", `<p class="notice warn"></p>`);
      form.firstElementChild.textContent = (saved.version === version ? form.dataset.keptWords : form.dataset.keptChanged) || "";
      const fold = form.closest("details");
      if (fold) fold.open = true;
    } else if (saved && key !== unanswered) store.drop(key);
    // several fields of one name stand in their order
    function fields() {
      const seen = {}, kept = [...form.elements].filter((e) => e.name && !/^(hidden|password|file|submit)$/.test(e.type) && e.name !== "csrfmiddlewaretoken");
      return kept.map((e) => [`${e.name}#${seen[e.name] = (seen[e.name] || 0) + 1}`, e]);
    }
    function values() { return Object.fromEntries(fields().map(([name, f]) => [name, /checkbox|radio/.test(f.type) ? (f.checked ? f.value : "") : f.value])); }
    function set(field, value) { if (/checkbox|radio/.test(field.type)) field.checked = value === field.value; else field.value = value; }
    form.addEventListener("input", () => store.set(key, JSON.stringify({ was, typed: values(), version })));
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) session.set(SENT, JSON.stringify({ key, from: location.href })); });
  }

  // the form that this window sent last: forgotten where the server has taken it, else its key is returned
  function settle() {
    const sent = JSON.parse(session.get(SENT) || "null");
    session.drop(SENT);
    if (!sent) return "";
    const came = performance.getEntriesByType("navigation")[0];
    const taken = came?.redirectCount > 0 && document.referrer === sent.from.split("#")[0] && document.querySelector(".who");
    if (taken) store.drop(sent.key);
    return taken ? "" : sent.key;
  }

  function drop(zone) {
    const input = zone.querySelector("input[type=file]");
    const list = zone.querySelector("[data-names]");
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.remove("over"); });
    zone.addEventListener("drop", (e) => { input.files = e.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); });
    const most = Number(input.dataset.maxMb || 0) * 1e6;
    input.addEventListener("change", () => {
      // a file over the limit is not sent at all: the server would break the line off
      const fit = [...input.files].filter((f) => !most || f.size <= most), large = [...input.files].filter((f) => !fit.includes(f));
      if (large.length) {
        const kept = new DataTransfer();
        fit.forEach((f) => kept.items.add(f));
        input.files = kept.files;
      }
      if (list) list.textContent = [...fit.map((f) => f.name), ...large.map((f) => `${f.name}: ${input.dataset.tooLarge}`)].join(", ");
    });
  }

  // a part of a page that changes by itself until its work is done
  function poll(part) {
    const ask = async () => {
      try {
        const answer = await fetch(part.dataset.poll, { headers: { Accept: "application/json" } });
        if (answer.ok) {
          const state = await answer.json();
          if (state.done) { location.replace(state.go || location.href); return; }
          if (state.words) part.querySelector("[data-words]").textContent = state.words;
        }
      } catch { /* the line is down: ask again */ }
      setTimeout(ask, 1000);
    };
    setTimeout(ask, 700);
  }

  window.khue = {
    store, typing, keyOf,
    toast(words, button, act) {
      const box = document.querySelector(".toasts");
      const toast = document.createElement("div");
      toast.className = "toast";
      toast.append(Object.assign(document.createElement("span"), { textContent: words }));
      if (button) {
        const press = Object.assign(document.createElement("button"), { className: "btn bare tiny", textContent: button, type: "button" });
        press.addEventListener("click", () => { toast.remove(); act(); });
        toast.append(press);
      }
      box.append(toast);
      setTimeout(() => toast.remove(), 7000);
    },
  };
})();
