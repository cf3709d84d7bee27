// Choosing a unit or group while typing: an input, a list below it, and what units:suggest offers. Arrows, Enter, Escape.
// Plain forms: <form data-suggest="…"> with <input data-pick> followed by a hidden input that takes the reference as JSON.
(() => {
  "use strict";
  let number = 0;
  function pick(input, list, address, choose, { first = [], loose = null } = {}) {
    let shown = [], at = -1, asked = 0, timer = 0;
    list.id ||= `pick-${++number}`;
    input.setAttribute("aria-controls", list.id);
    const show = (choices) => {
      shown = choices; at = choices.length ? 0 : -1;
      list.replaceChildren(...choices.map((c, n) => {
        const row = Object.assign(document.createElement("li"), { textContent: c.label, id: `${list.id}-${n}` });
        row.setAttribute("role", "option");
        row.addEventListener("pointerdown", (e) => { e.preventDefault(); take(n); });
        return row;
      }));
      mark();
      list.hidden = !choices.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    };
    const mark = () => [...list.children].forEach((row, n) => {
      row.setAttribute("aria-selected", String(n === at));
      if (n === at) { input.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
    });
    const take = (n) => { const choice = shown[n]; show([]); choose(choice); };
    // until it is answered, other words are typed, or the field is left: a line that drops for a moment costs a moment
    const look = async (wait = 400) => {
      const q = input.value.trim(), mine = ++asked;
      if (!q) return show(first);
      const body = await fetch(`${address}&q=${encodeURIComponent(q)}`, { headers: { Accept: "application/json" } })
        .then((answer) => answer.ok && answer.json()).catch(() => false);
      if (mine !== asked || document.activeElement !== input) return;
      if (body) show(Array.isArray(body) ? body : []);
      else { show([]); timer = setTimeout(look, wait, Math.min(wait * 2, 8000)); }
    };
    input.addEventListener("focus", () => { if (!input.value) show(first); });
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 130); });
    input.addEventListener("blur", () => setTimeout(() => show([]), 120));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && shown.length) { at = (at + 1) % shown.length; mark(); event.preventDefault(); }
      else if (event.key === "ArrowUp" && shown.length) { at = (at - 1 + shown.length) % shown.length; mark(); event.preventDefault(); }
      else if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); if (shown.length && at >= 0) take(at); else loose?.(); }
      else if (event.key === "Escape" && !list.hidden) { show([]); event.stopPropagation(); }
    });
    return { hide: () => show([]) };
  }

  // a plain form's field: what is chosen stands in the field, its reference in the hidden one after it
  function field(input) {
    const form = input.closest("form"), address = form.dataset.suggest;
    if (!address) return;
    const ref = input.nextElementSibling?.type === "hidden" ? input.nextElementSibling : form.elements.ref;
    const box = document.createElement("div");
    box.className = "pick";
    input.replaceWith(box);
    const list = Object.assign(document.createElement("ul"), { className: "pick-list", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels?.[0]?.textContent || "");
    box.append(input, list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    pick(input, list, address, (choice) => {
      input.value = choice.label;
      ref.value = JSON.stringify(choice.ref);
      // for forms that are sent at once, and for another line below
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("input", () => { ref.value = ""; });
    input.addEventListener("change", () => more(input));
  }
  // another empty line below the last one that was filled
  function more(input) {
    const line = input.closest(".line"), set = input.closest("[data-lines]");
    if (!line || !input.value.trim() || [...set.querySelectorAll("[data-pick]")].some((i) => !i.value.trim())) return;
    const next = line.cloneNode(true);
    next.classList.remove("has-error");
    next.querySelectorAll(".error").forEach((e) => e.remove());
    next.querySelectorAll("input").forEach((i) => { i.value = ""; i.removeAttribute("aria-describedby"); i.removeAttribute("aria-invalid"); });
    const fresh = next.querySelector("[data-pick]");
    next.querySelector(".pick").replaceWith(fresh);
    fresh.removeAttribute("aria-controls");
    set.append(next);
    field(fresh);
  }
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form [data-pick]").forEach(field));
  window.khuePick = pick;
})();
