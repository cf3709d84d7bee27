// Reports from a place with a bad line. A report, with its photos, is put into this browser's database before it is sent
// and leaves it only when the server has taken it; its key makes the same report count once, however often it is sent.
(() => {
  "use strict";
  const NAME = "khue-reports", STORE = "reports", MOST_SIDE = 1600, QUALITY = 0.8;
  let box = null, user = "", sending = false, timer = 0;

  function opened() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }
  async function run(mode, act) {
    const db = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const work = db.transaction(STORE, mode), asked = act(work.objectStore(STORE));
        work.oncomplete = () => resolve(asked.result);
        work.onabort = work.onerror = () => reject(work.error);
      });
    } finally { db.close(); }
  }
  const put = (report) => run("readwrite", (s) => s.put(report));
  const drop = (key) => run("readwrite", (s) => s.delete(key));
  const mine = async () => (await run("readonly", (s) => s.getAll())).filter((r) => r.user === user).sort((a, b) => a.at - b.at);

  // a photo of a phone is many megabytes; a line of a mountain school is not
  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, MOST_SIDE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.type === "image/jpeg" && file.size < 400_000) { picture.close(); return file; }
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      if (!blob || (blob.size >= file.size && file.type !== "image/webp")) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch { return file; }
  }

  async function kept(form, submitter) {
    const fields = [], files = [];
    for (const [name, value] of new FormData(form, submitter)) {
      if (name === "csrfmiddlewaretoken") continue;
      if (value instanceof File) { if (value.name) { const f = await smaller(value); files.push({ name: f.name, type: f.type, bytes: await f.arrayBuffer() }); } }
      else fields.push([name, value]);
    }
    const report = { key: form.elements._once.value, user, url: form.getAttribute("action"), page: location.pathname, fields, files, at: Date.now(), refused: "" };
    await put(report);
    return report;
  }

  async function post(report) {
    const data = new FormData();
    for (const [name, value] of report.fields) data.append(name, value);
    for (const f of report.files) data.append("files", new File([f.bytes], f.name, { type: f.type }));
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
    return fetch(report.url, { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": token }, redirect: "manual" });
  }

  // one after the other, the oldest first; what the server refuses stays until somebody has looked at it
  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let go = "", state = "", nothing = "";
    try {
      for (const report of (await mine()).filter((r) => !r.refused)) {
        tell("sending");
        let answer = null;
        try { answer = await post(report); } catch { /* the line is down */ }
        if (!answer || answer.status === 0 || answer.status >= 500 || answer.status === 429) { state = "waiting"; break; }
        if (answer.status === 401 || answer.status === 403) { state = "signin"; break; }
        const body = await answer.json().catch(() => ({}));
        if (answer.ok) { await drop(report.key); go = body.go || ""; }
        else if (!holds(report)) { await drop(report.key); forget(formOf(report)); nothing = body.error || String(answer.status); }
        else { await put({ ...report, refused: body.error || String(answer.status) }); }
      }
    } finally { sending = false; }
    await tell(state || (nothing ? "nothing" : go ? "sent" : ""), nothing);
    if (state) timer = setTimeout(send, state === "signin" ? 15000 : 4000);
    else if (go && new URL(go, location.href).pathname === location.pathname) leave(go);
  }
  function leave(address) {
    const here = location.pathname + location.search;
    if (address.split("#")[0] === here) { history.replaceState(null, "", address); location.reload(); } else location.assign(address);
  }

  // whether a report has words, figures or files that would be lost
  const holds = (report) => report.files.length > 0 || report.fields.some(([name, value]) => value && !["_once", "submit"].includes(name));

  async function tell(state, why = "") {
    if (!box) return;
    const waiting = await mine(), refused = waiting.find((r) => r.refused), words = box.querySelector("[data-waiting-words]");
    box.hidden = !waiting.length && !["sent", "nothing", "same"].includes(state);
    box.querySelector("[data-waiting-actions]").hidden = !refused;
    box.dataset.state = refused ? "refused" : state;
    box.querySelector("[data-waiting-signin]").hidden = state !== "signin";
    // what was said of an earlier report would contradict this one
    if (refused || state === "nothing" || state === "same") for (const said of document.querySelectorAll("main > .notice.good")) said.remove();
    if (refused) {
      const form = putBack(refused), open = box.querySelector("[data-waiting-open]");
      words.textContent = box.dataset.wordsRefused.replace("{why}", refused.refused) + (form ? ` ${box.dataset.wordsMend}` : "");
      open.href = refused.page;
      open.hidden = !!form;
      box.querySelector("[data-waiting-drop]").onclick = async () => { await drop(refused.key); if (form) { forget(form); form.reset(); delete form.dataset.again; } tell(""); };
    } else if (state === "nothing") words.textContent = box.dataset.wordsRefused.replace("{why}", why);
    else if (state === "same") words.textContent = [box.dataset.wordsSame, waiting.length ? box.dataset.wordsWaiting.replace("{n}", waiting.length) : ""].join(" ").trim();
    else words.textContent = ({ sent: box.dataset.wordsSent, sending: box.dataset.wordsSending, signin: box.dataset.wordsSignin }[state] || box.dataset.wordsWaiting).replace("{n}", waiting.length);
  }

  const formOf = (report) => [...document.querySelectorAll("form[data-report]")].find((f) => f.getAttribute("action") === report.url);
  const typed = (form) => [...form.elements].filter((e) => e.matches("input:not([type=hidden], [type=file])"));

  // whether a form says anything that was not said before; what was refused may go again as it stands
  const fresh = (form) => !!form.dataset.again
    || [...form.querySelectorAll("input[type=file]")].some((f) => f.files.length)
    || [...form.querySelectorAll("textarea")].some((f) => f.value.trim())
    || typed(form).some((f) => f.value.trim() && f.value !== f.defaultValue);

  // the number that waits to be sent is what its form goes on from, not the older one that the page came with
  function remember(form, report) {
    const said = Object.fromEntries(report.fields);
    form.dataset.submitted = said.submit ? "1" : "";
    for (const field of typed(form).filter((f) => said[f.name])) {
      const untouched = field.value === field.defaultValue;
      field.dataset.was ??= field.defaultValue;
      field.defaultValue = said[field.name];
      if (untouched) field.value = said[field.name];
    }
  }
  function forget(form) {
    if (!form) return;
    form.dataset.submitted = "";
    for (const field of typed(form).filter((f) => "was" in f.dataset)) { field.defaultValue = field.dataset.was; delete field.dataset.was; }
  }

  // what was refused stands in its form again, words and files, to be mended and sent once more; typed words are left alone
  function putBack(report) {
    const form = formOf(report);
    if (!form || form.dataset.again === report.key) return form;
    form.dataset.again = report.key;
    for (const [name, value] of report.fields) {
      const field = form.elements[name];
      if (field?.matches?.("textarea, input:not([type=hidden])") && field.value === field.defaultValue) field.value = value;
    }
    const place = form.querySelector("input[type=file]:not([data-photo])");
    if (place && report.files.length) {
      const carried = new DataTransfer();
      for (const f of report.files) carried.items.add(new File([f.bytes], f.name, { type: f.type }));
      place.files = carried.files;
    }
    const fold = form.closest("details");
    if (fold) fold.open = true;
    return form;
  }

  const uid = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`).replaceAll("-", "").replaceAll(".", "");
  function watch(form) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const submitter = event.submitter;
      if (!fresh(form) && (submitter?.name !== "submit" || form.dataset.submitted)) {
        tell("same").then(() => box.scrollIntoView({ block: "center" }));
        return;
      }
      const keeping = kept(form, submitter);  // reads the form at once; a disabled button would not count
      if (submitter) submitter.disabled = true;
      keeping.then(async (report) => {
        if (form.dataset.again) await drop(form.dataset.again);
        delete form.dataset.again;
        // what is kept in the database is no draft any more; another report gets another key
        if (form.dataset.keep) window.khue.store.drop(window.khue.keyOf(form));
        form.reset();
        remember(form, report);
        form.elements._once.value = uid();
        await tell("sending");
        box.scrollIntoView({ block: "center" });
        return send();
      }).catch(() => { HTMLFormElement.prototype.submit.call(withSubmitter(form, submitter)); })
        .finally(() => { if (submitter) submitter.disabled = false; });
    });
  }
  // without a database (private mode, no room) the form goes as any other
  function withSubmitter(form, submitter) {
    if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
    return form;
  }

  document.addEventListener("DOMContentLoaded", () => {
    box = document.querySelector("[data-waiting]");
    if (!box || !window.indexedDB) return;
    user = box.dataset.user;
    document.querySelectorAll("form[data-report]").forEach(watch);
    addEventListener("online", send);
    mine().then((waiting) => {
      for (const report of waiting.filter((r) => !r.refused && formOf(r))) remember(formOf(report), report);
      if (waiting.length) { tell("waiting"); send(); }
    }).catch(() => { /* nothing can be kept here */ });
  });
})();
