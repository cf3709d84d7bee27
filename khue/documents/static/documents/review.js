// The workbench. Every step is put into a queue that this browser keeps until the server has taken it; a key makes a
// step that is sent twice count once. What is typed is kept as it is typed.
(() => {
  "use strict";
  const rv = document.querySelector(".rv");
  if (!rv) return;
  document.documentElement.classList.add("has-js");
  const { store, typing, toast } = window.khue;
  const $ = (q, within = rv) => within.querySelector(q);
  const $$ = (q, within = rv) => [...within.querySelectorAll(q)];
  const start = JSON.parse(document.getElementById("review-data").textContent);
  const items = start.items;
  const say = (name, parts = {}) => $(`[data-w="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_, k) => parts[k] ?? "");
  const csrf = $("[data-csrf] input").value;
  const queuePrefix = `khue-review-${start.me}-${rv.dataset.id}-`;
  const queueKey = queuePrefix + Math.random().toString(36).slice(2);
  let queue = left();
  let revision = start.revision, open = start.open, on = null, sending = false, cutting = false, adding = -1, keys = 0;
  const uid = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`).replaceAll("-", "");

  // steps that a closed or broken page could not send any more; one of a page still open may go twice, and counts once
  function left() {
    const kept = store.keys().filter((k) => k.startsWith(queuePrefix));
    const steps = kept.flatMap((k) => JSON.parse(store.get(k) || "[]"));
    kept.forEach(store.drop);
    if (steps.length) store.set(queueKey, JSON.stringify(steps));
    return steps;
  }

  // ---- cards
  const cards = () => $$(".it");
  const card = (id) => document.getElementById(`i${id}`);
  const idOf = (element) => Number(element.dataset.id);
  const reviewable = (element) => element.dataset.state === "proposed";

  function focusCard(element, { text = true, scroll = true } = {}) {
    if (!element) return;
    $$(".it.on, .sl.on").forEach((e) => e.classList.remove("on"));
    $$(".t.on").forEach((e) => e.classList.remove("on"));
    stopCutting(); stopAdding();
    on = element;
    element.classList.add("on");
    element.focus({ preventScroll: true });
    const pieces = element.matches(".it") ? $$(`.t[data-item="${idOf(element)}"]`) : $$(`[data-slip="${element.dataset.slipId}"]`);
    pieces.forEach((p) => p.classList.add("on"));
    if (scroll) into($(".rv-plan"), element);
    if (text && pieces[0]) into($(".rv-text"), pieces[0]);
  }
  function into(pane, element) {
    const outer = pane.getBoundingClientRect(), inner = element.getBoundingClientRect();
    if (getComputedStyle(pane).overflowY === "auto") {
      if (inner.top < outer.top + 60 || inner.bottom > outer.bottom - 120) pane.scrollTop += inner.top - outer.top - outer.height * 0.25;
    } else if (pane.offsetParent && (inner.top < 130 || inner.bottom > innerHeight - 80)) scrollBy(0, inner.top - innerHeight * 0.3);
  }
  function move(step) {
    const all = cards();
    const at = on?.matches(".it") ? all.indexOf(on) : step > 0 ? -1 : all.length;
    focusCard(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  }
  function nextOpen(from) {
    const all = cards(), at = from ? all.indexOf(from) : -1;
    return all.slice(at + 1).find(reviewable) || all.find(reviewable);
  }

  function count() {
    const all = cards(), done = all.filter((e) => !reviewable(e)).length;
    $("[data-count]").textContent = say("count", { done, all: all.length });
    $("[data-bar]").style.setProperty("width", `${all.length ? (100 * done) / all.length : 0}%`);
    const asked = $$(".sl"), left = asked.filter((e) => !e.dataset.answer).length;
    const label = $("[data-slip-count]");
    if (label) label.textContent = left ? `${left}/${asked.length}` : "✓";
  }
  function line() {
    const label = $("[data-line]");
    const waiting = queue.length;
    label.classList.toggle("bad", offline);
    label.textContent = offline ? say("offline", { n: waiting }) : waiting ? say("sending") : say("saved");
    const pending = new Set(queue.flatMap((o) => o.items || (o.item ? [o.item] : [])).map(Number));
    for (const element of cards()) $(".it-wait", element).hidden = !(offline && pending.has(idOf(element)));
  }

  // ---- the queue
  let offline = false;
  function send(op, data) {
    if (!open) { toast(say("closed")); return; }
    queue.push({ op, key: uid(), ...data });
    store.set(queueKey, JSON.stringify(queue));
    line(); pump();
  }
  async function pump() {
    if (sending || !queue.length) return;
    sending = true;
    const step = queue[0];
    let answer = null, body = {};
    try {
      answer = await fetch(rv.dataset.ops, {
        method: "POST", body: JSON.stringify(step), redirect: "manual",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      });
      body = await answer.json();
    } catch { if (answer?.ok) answer = null; }
    // only now may the next step go: a step leaves the queue when its own answer is here, never before
    sending = false;
    const wait = !answer || answer.status >= 500 || answer.status === 0 || answer.status === 429;
    const signedOut = answer && (answer.status === 401 || answer.status === 403);
    if (wait || signedOut) {
      offline = true; line();
      if (signedOut) toast(say("signin"));
      setTimeout(pump, signedOut ? 8000 : 2000);
      return;
    }
    offline = false;
    queue.shift();
    store.set(queueKey, JSON.stringify(queue));
    if (answer.ok) taken(step, body); else { toast(body.error || String(answer.status)); ask(true); }
    line(); pump();
  }
  function taken(step, body) {
    // a card that a later step waits for is drawn by that one: an answer touches tasks that may be decided already
    draw({ ...body, cards: free(body.cards || {}) });
    // what others did meanwhile is asked for by the next poll; only our own next number may be skipped over
    if (body.revision === revision + 1) revision = body.revision;
    for (const c of body.conflicts || []) {
      if (c.field === "undo") toast(say("kept")); else conflict(step, c);
    }
    if (step.op === "add" || step.op === "split" || step.op === "merge") {
      const first = Object.keys(body.cards || {}).map(Number).sort((a, b) => items[a].start - items[b].start)[0];
      if (first) focusCard(card(first));
    }
    if (step.op === "undo" && body.items.length) focusCard(card(body.items.find((i) => card(i))));
  }

  function draw(body) {
    for (const id of body.gone || []) { const gone = card(id); if (gone === on) on = null; gone?.remove(); delete items[id]; }
    Object.assign(items, body.data || {});
    for (const [number, html] of Object.entries(body.paragraphs || {})) {
      const old = $(`[data-p="${number}"]`);
      if (old) old.outerHTML = html;
    }
    for (const id of Object.keys(body.cards || {}).sort((a, b) => items[a].start - items[b].start)) put(Number(id), body.cards[id]);
    for (const [id, html] of Object.entries(body.slip_cards || {})) {
      const old = document.getElementById(`s${id}`), was = old === on;
      if (!old) continue;
      old.outerHTML = html;
      const now = document.getElementById(`s${id}`);
      if (was) { on = now; now.classList.add("on"); }
      for (const p of $$(`[data-slip="${id}"]`)) p.classList.toggle("f-answered", Boolean(now.dataset.answer));
    }
    if (on?.matches(".it")) $$(`.t[data-item="${idOf(on)}"]`).forEach((p) => p.classList.add("on"));
    count();
  }
  function put(id, html) {
    const old = card(id);
    if (old) {
      if (!$(".it-form", old).hidden) { old.dataset.state = items[id].state; return; }
      const was = old === on, focused = was && document.activeElement === old;
      old.outerHTML = html;
      if (was) { on = card(id); on.classList.add("on"); if (focused) on.focus({ preventScroll: true }); }
      return;
    }
    const before = cards().filter((e) => items[idOf(e)] && items[idOf(e)].start <= items[id].start && idOf(e) !== id).pop();
    if (before) before.insertAdjacentHTML("afterend", html); else $(".its")?.insertAdjacentHTML("afterbegin", html);
  }

  // ---- what others do
  async function ask(now = false) {
    try {
      if (document.hidden && !now) return;
      const answer = await fetch(`${rv.dataset.changes}?since=${revision}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const body = await answer.json();
      open = body.open;
      rv.classList.toggle("rv-closed", !open);
      if (body.revision !== revision) { revision = body.revision; if (!queue.length) draw(body); else draw({ ...body, cards: free(body.cards), gone: body.gone }); }
      if (body.others.length) $("[data-others]").textContent = say("others", { who: body.others.join(", ") });
    } catch { /* the line is down; the queue says so */ }
  }
  const free = (drawn) => Object.fromEntries(Object.entries(drawn).filter(([id]) => !queue.some((o) => (o.items || [o.item]).includes(Number(id)))));
  setInterval(ask, 4000);

  // ---- steps
  function paint(element, state) {
    element.dataset.state = state;
    element.className = element.className.replace(/it-(proposed|accepted|rejected)/, `it-${state}`);
    items[idOf(element)].state = state;
    for (const p of $$(`.t[data-item="${idOf(element)}"]`)) { p.classList.remove("t-proposed", "t-accepted", "t-rejected"); p.classList.add(`t-${state}`); }
  }
  function decide(elements, state) {
    const changed = elements.filter((e) => e.dataset.state !== state);
    if (!changed.length || !open) { if (!open) toast(say("closed")); return; }
    changed.forEach((e) => paint(e, state));
    send("state", { items: changed.map(idOf), state });
    count();
  }
  function accept() {
    if (!on?.matches(".it")) return focusCard(nextOpen(null));
    const here = on;
    if (here.dataset.state === "accepted") return focusCard(nextOpen(here) || here);
    decide([here], "accepted");
    focusCard(nextOpen(here) || here);
  }
  function reject() {
    if (!on?.matches(".it")) return;
    const here = on;
    decide([here], here.dataset.state === "rejected" ? "proposed" : "rejected");
    if (here.dataset.state === "rejected") focusCard(nextOpen(here) || here);
  }
  function acceptSection(section) {
    const sure = $$(".it", section).filter((e) => reviewable(e) && !("doubt" in e.dataset));
    decide(sure, "accepted");
    const left = $$(".it", section).filter(reviewable), doubtful = left[0];
    if (left.length && open) toast(say("skipped", { done: sure.length, left: left.length, why: doubtsOf(left) }));
    const all = $$("[data-section]");
    const next = doubtful || all.slice(all.indexOf(section) + 1).flatMap((s) => $$(".it", s)).find(reviewable) || nextOpen(null);
    if (next) focusCard(next); else if (on) focusCard(on);
  }
  // "có câu hỏi 3, chưa rõ đơn vị 5": why tasks wait for somebody to look at each
  function doubtsOf(elements) {
    const found = {};
    for (const chip of elements.flatMap((e) => $$("[data-why]", e))) found[chip.textContent.trim()] = (found[chip.textContent.trim()] || 0) + 1;
    return Object.entries(found).map(([why, n]) => `${why}: ${n}`).join("; ");
  }
  function mergeNext() {
    if (!on?.matches(".it")) return;
    const all = cards().filter((e) => e.dataset.state !== "rejected"), at = all.indexOf(on);
    if (at < 0 || at + 1 >= all.length) return;
    send("merge", { items: [idOf(on), idOf(all[at + 1])] });
  }
  function startCutting() {
    if (!on?.matches(".it")) return;
    if (!open) return toast(say("closed"));
    const item = items[idOf(on)], quote = $(".it-q", on);
    const marked = getSelection();
    // words marked in the quote begin the second half
    if (marked.rangeCount && !marked.isCollapsed && quote.contains(marked.anchorNode) && quote.contains(marked.focusNode)) {
      return send("split", { item: item.id, offset: marked.getRangeAt(0).startOffset });
    }
    if (!item.cuts.length) return toast(say("nocut"));
    quote.textContent = "";
    let last = 0;
    item.cuts.forEach((at, n) => {
      quote.append(item.quote.slice(last, at));
      const mark = Object.assign(document.createElement("button"), { className: "cut", type: "button", textContent: String(n + 1) });
      mark.addEventListener("click", (e) => { e.stopPropagation(); cut(n); });
      quote.append(mark); last = at;
    });
    quote.append(item.quote.slice(last));
    cutting = true;
    toast(say("cut"));
  }
  function cut(n) {
    const item = items[idOf(on)];
    if (item.cuts[n] === undefined) return;
    const offset = item.cuts[n];
    stopCutting();
    send("split", { item: item.id, offset });
  }
  function stopCutting() {
    if (!cutting) return;
    cutting = false;
    if (on?.matches(".it")) $(".it-q", on).textContent = items[idOf(on)].quote;
  }

  // ---- adding: what is marked, or paragraph by paragraph
  function placeOf(node, offset) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    const piece = element.closest("[data-o]"), paragraph = element.closest("[data-p]");
    if (!piece || !paragraph) return null;
    return { p: Number(paragraph.dataset.p), at: Number(piece.dataset.o) + (node.nodeType === 3 ? offset : 0) };
  }
  function marked() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!$(".rv-text").contains(range.commonAncestorContainer)) return null;
    const a = placeOf(range.startContainer, range.startOffset), b = placeOf(range.endContainer, range.endOffset);
    return a && b ? { p: a.p, from: a.at, p_end: b.p, to: b.at } : null;
  }
  const empties = () => $$(".rv-text [data-p]").filter((p) => !$(".t", p) && !p.matches(".p-heading") && p.textContent.trim().length > 24);
  function addNext() {
    if (!open) return toast(say("closed"));
    const selection = marked();
    if (selection) { getSelection().removeAllRanges(); return send("add", selection); }
    const list = empties();
    if (!list.length) return toast(say("noadd"));
    const before = adding;
    stopAdding();
    adding = (before + 1) % list.length;
    list[adding].classList.add("adding");
    into($(".rv-text"), list[adding]);
    if (before < 0) toast(say("add"));
  }
  function addWhole() {
    const paragraph = $(".p.adding");
    const text = $$("[data-o]", paragraph).map((e) => e.textContent).join("");
    stopAdding();
    send("add", { p: Number(paragraph.dataset.p), from: 0, to: text.length });
  }
  function stopAdding() { adding = -1; $$(".p.adding").forEach((p) => p.classList.remove("adding")); }

  // ---- questions
  function nextSlip() {
    const all = $$(".sl"), at = all.indexOf(on);
    const target = all.slice(at + 1).find((e) => !e.dataset.answer) || all.find((e) => !e.dataset.answer) || all[at + 1] || all[0];
    focusCard(target);
  }
  function answerSlip(element, answer) {
    if (!open) return toast(say("closed"));
    const value = answer === "meant" ? $("[name=value]", element).value : "";
    const base = element.dataset.answer;
    element.dataset.answer = answer; element.classList.add("sl-done");
    send("answer", { slip: Number(element.dataset.slipId), answer, value, base });
    count();
    const next = $$(".sl").find((e) => !e.dataset.answer);
    focusCard(next || nextOpen(null) || cards()[0]);
  }

  // ---- the form
  const draftKey = (id, field) => `khue-draft-${start.me}-${rv.dataset.id}-${id}-${field}`;
  function openForm(element, field) {
    const item = items[idOf(element)], box = $(".it-form", element);
    if (!open) return toast(say("closed"));
    if (!box.hidden) { focusField(box, field); return; }
    box.hidden = false;
    box.replaceChildren($("template[data-form]").content.cloneNode(true));
    const base = { due: item.due, recurs: item.recurs, note: item.note, product: item.product };
    box.base = structuredClone({ ...base, owners: item.owners, partners: item.partners, targets: item.targets });
    for (const input of $$("[data-f]", box)) {
      const name = input.dataset.f;
      input.value = store.get(draftKey(item.id, name)) ?? base[name];
      input.addEventListener("input", () => store.set(draftKey(item.id, name), input.value));
      input.addEventListener("change", () => saveField(item.id, box, name, input.value));
      if (input.value !== base[name]) saveField(item.id, box, name, input.value);
    }
    const recurs = $("[data-f-recurs] select", box);
    recurs.value = item.recurs;
    recurs.addEventListener("change", () => saveField(item.id, box, "recurs", recurs.value));
    for (const name of ["owners", "partners"]) unitsField(item, box, name);
    targetsField(item, box);
    $("[data-done]", box).addEventListener("click", () => finish(element, true));
    $("[data-close]", box).addEventListener("click", () => finish(element, false));
    focusField(box, field);
  }
  function focusField(box, field) {
    const target = { owners: "[data-units=owners] input", due: "[data-f=due]", targets: "[data-t=value]" }[field] || "[data-units=owners] input";
    ($(target, box) || $("[data-add-target]", box)).focus();
  }
  function saveField(id, box, name, value) {
    const base = box.base[name];
    if (JSON.stringify(base) === JSON.stringify(value)) return;
    items[id][name] = value;
    box.base[name] = structuredClone(value);
    send("field", { items: [id], field: name, value, base });
    store.drop(draftKey(id, name));
  }
  function finish(element, accepting) {
    const id = idOf(element), box = $(".it-form", element);
    for (const input of $$("[data-f]", box)) saveField(id, box, input.dataset.f, input.value);
    for (const input of $$(".units input", box)) if (input.value.trim()) input.commit();
    box.hidden = true; box.replaceChildren();
    element.focus({ preventScroll: true });
    on = element;
    if (accepting) accept();
  }
  function unitsField(item, box, name) {
    const field = $(`[data-units="${name}"]`, box);
    const redraw = () => {
      const list = items[item.id][name];
      field.replaceChildren(...list.map((u, n) => {
        const tag = Object.assign(document.createElement("span"), { className: `unit-tag${u.ref ? "" : " loose"}`, textContent: u.label || u.quote });
        const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
        drop.setAttribute("aria-label", say("dropped", { what: u.label || u.quote }));
        drop.addEventListener("click", () => change(list.filter((_, i) => i !== n)));
        tag.append(drop);
        return tag;
      }));
      const picker = $("template[data-pick-unit]").content.cloneNode(true).firstElementChild;
      field.append(picker);
      const loose = list.find((u) => !u.ref);
      pick($("input", picker), $("ul", picker), (choice) => {
        const now = structuredClone(items[item.id][name]);
        const at = now.findIndex((u) => !u.ref);
        // a choice resolves the first name that nobody was found for; otherwise it is one more unit
        if (choice.ref && at >= 0) now[at] = { ...now[at], ref: choice.ref, label: choice.label };
        else now.push({ quote: choice.ref ? "" : choice.label, span: null, rule: "person", ref: choice.ref || null, label: choice.label });
        change(now);
        $("input", field).focus();
      }, loose?.candidates || []);
    };
    const change = (list) => { saveField(item.id, box, name, list); redraw(); };
    redraw();
  }
  function targetsField(item, box) {
    const field = $("[data-targets]", box);
    const read = () => $$(".trow", field).map((row) => ({ ...row.kept, value: $("[data-t=value]", row).value, unit: $("[data-t=unit]", row).value, comparator: $("[data-t=comparator]", row).value })).filter((t) => t.value.trim());
    const save = () => saveField(item.id, box, "targets", read());
    const add = (target) => {
      const row = $("template[data-target-row]").content.cloneNode(true).firstElementChild;
      row.kept = target;
      for (const name of ["value", "unit", "comparator"]) $(`[data-t=${name}]`, row).value = name === "value" ? String(target.value ?? "").replace(".", ",") : target[name] || (name === "comparator" ? ">=" : "");
      row.addEventListener("change", save);
      $("[data-drop]", row).addEventListener("click", () => { row.remove(); save(); });
      field.append(row);
      return row;
    };
    item.targets.forEach(add);
    $("[data-add-target]", box).addEventListener("click", () => $("[data-t=value]", add({ quote: "", span: null, rule: "person" })).focus());
  }

  // ---- choosing a unit
  // what is typed may also stand as it is, a name that nobody was found for
  function pick(input, list, choose, first = []) {
    const empty = (choice) => { input.value = ""; choose(choice); };
    const offered = window.khuePick(input, list, rv.dataset.suggest, empty, { first, loose: () => input.commit() });
    input.commit = () => { const label = input.value.trim(); if (label) { offered.hide(); empty({ label, ref: null }); } };
  }
  const byDefault = $("[data-pick=default]");
  if (byDefault) pick(byDefault, document.getElementById("def-list"), (choice) => {
    const form = byDefault.form;
    form.elements.ref.value = JSON.stringify(choice.ref || null);
    form.elements.label.value = choice.label;
    byDefault.value = choice.label;
    if (queue.length) { const wait = setInterval(() => { if (!queue.length) { clearInterval(wait); form.submit(); } }, 100); } else form.submit();
  });
  byDefault?.form.addEventListener("submit", (event) => {
    if (!byDefault.value.trim()) { byDefault.form.elements.ref.value = "null"; } else if (!byDefault.form.elements.ref.value) event.preventDefault();
  });

  // ---- two people, one field
  const told = (value) => Array.isArray(value) ? value.map((v) => v.label || v.quote || `${v.comparator || ""} ${v.value ?? ""} ${v.unit || ""}`).join("; ") : String(value ?? "");
  function conflict(step, c) {
    const box = document.querySelector("[data-conflict]");
    $("[data-conflict-by]", box).textContent = c.by ? say("by", { who: c.by }) : "";
    $("[data-yours]", box).textContent = told(c.yours) || say("empty");
    $("[data-theirs]", box).textContent = told(c.theirs) || say("empty");
    $("[data-keep-yours]", box).onclick = () => {
      box.close();
      if (c.slip) send("answer", { slip: c.slip, answer: c.yours, value: step.value, base: c.theirs });
      else send("field", { items: [c.item], field: c.field, value: c.yours, base: c.theirs });
    };
    $("[data-keep-theirs]", box).onclick = () => { box.close(); revision = Math.max(0, revision - 1); ask(true); };
    if (!box.open) box.showModal();
  }

  // ---- keys and clicks
  document.addEventListener("keydown", (event) => {
    if (event.isTrusted) rv.dataset.keys = String(++keys);
    if (document.querySelector("dialog[open]")) return;
    const form = event.target.closest?.(".it-form");
    if (form) {
      if (event.key === "Escape") { event.preventDefault(); finish(form.closest(".it"), false); }
      if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); event.target.blur(); finish(form.closest(".it"), true); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (event.target.closest?.("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
    const slip = on?.matches(".sl") ? on : null;
    if (slip && /^[123]$/.test(event.key)) { event.preventDefault(); return answerSlip(slip, ["meant", "as_printed", "ask"][event.key - 1]); }
    if (cutting && /^[1-9]$/.test(event.key)) { event.preventDefault(); return cut(event.key - 1); }
    const act = {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
      Enter: () => (adding >= 0 ? addWhole() : accept()), a: accept, x: reject,
      A: () => acceptSection(on?.closest("[data-section]") || nextOpen(null)?.closest("[data-section]") || $("[data-section]")),
      e: () => on?.matches(".it") && openForm(on), o: () => on?.matches(".it") && openForm(on, "owners"),
      d: () => on?.matches(".it") && openForm(on, "due"), t: () => on?.matches(".it") && openForm(on, "targets"),
      s: startCutting, m: mergeNext, n: addNext, q: nextSlip, u: () => send("undo", {}), g: () => focusCard(nextOpen(null) || cards()[0]),
      c: () => $("[data-confirm-form]")?.requestSubmit(), "?": () => document.querySelector("[data-help]").showModal(),
      Escape: () => { stopCutting(); stopAdding(); },
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  rv.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    const element = event.target.closest(".it");
    if (element && on !== element && !event.target.closest(".it-form")) focusCard(element, { scroll: false });
    if (button) {
      ({ accept, reject, edit: () => openForm(on), split: startCutting, merge: mergeNext, suggestion: () => send("suggestion", { item: idOf(on) }) })[button.dataset.act]();
      return;
    }
    const section = event.target.closest("[data-accept-section]");
    if (section) return acceptSection(section.closest("[data-section]"));
    const asked = event.target.closest(".rv-text [data-slip]");
    const piece = event.target.closest(".rv-text [data-item]");
    if (asked && !getSelection().toString()) focusCard(document.getElementById(`s${asked.dataset.slip}`), { text: false });
    else if (piece && !getSelection().toString()) { rv.classList.remove("show-text"); focusCard(card(piece.dataset.item), { text: false }); }
    const slip = event.target.closest(".sl");
    if (slip && on !== slip) focusCard(slip, { scroll: false });
  });
  rv.addEventListener("submit", (event) => {
    const asked = event.target.closest("[data-slip-form]");
    if (asked) { event.preventDefault(); answerSlip(asked.closest(".sl"), event.submitter?.value || "meant"); }
    if (event.target.matches("[data-confirm-form]")) {
      const tasks = cards().filter(reviewable).length, slips = $$(".sl").filter((e) => !e.dataset.answer).length;
      const left = [tasks && say("left-tasks", { n: tasks }), slips && say("left-slips", { n: slips })].filter(Boolean).join(" ");
      if (left) { event.preventDefault(); toast(left); if (slips) nextSlip(); else focusCard(nextOpen(null)); }
      else if (queue.length) { event.preventDefault(); const form = event.target; const wait = setInterval(() => { if (!queue.length) { clearInterval(wait); form.submit(); } }, 50); }
    }
  });
  $("[data-undo]")?.addEventListener("click", () => send("undo", {}));
  $("[data-help-open]")?.addEventListener("click", () => document.querySelector("[data-help]").showModal());
  $("[data-switch]")?.addEventListener("click", () => rv.classList.toggle("show-text"));
  addEventListener("online", pump);
  addEventListener("beforeunload", (event) => { if (queue.length && offline) event.preventDefault(); });

  count(); line(); pump();
  const asked = location.hash.match(/^#i(\d+)$/);
  focusCard((asked && card(asked[1])) || $$(".sl").find((e) => !e.dataset.answer) || nextOpen(null) || cards()[0]);
})();
