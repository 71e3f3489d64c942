// Every page works without this. With it, a page says sooner what the server says anyway.

const swap = (id, text) => {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old) return;
  // What somebody has opened stays open.
  const folds = [...old.querySelectorAll("details")];
  [...fresh.querySelectorAll("details")].forEach((fold, place) => { fold.open = folds[place]?.open ?? fold.open; });
  if (fresh.innerHTML === old.innerHTML) return;
  const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
};

const say = (id, words) => {
  const place = document.getElementById(id);
  if (!place || place.dataset.says === words) return;
  place.dataset.says = words;
  const line = document.createElement("p");
  line.className = "problems";
  line.setAttribute("role", "alert");
  line.textContent = words;
  place.prepend(line);
};

// A form that is on its way is not sent a second time by impatience, and says that it is. After a while another try is
// let through: the server writes once what comes twice.
const PATIENCE = 60000;
for (const form of document.querySelectorAll("main form[method=post]")) {
  const bar = form.querySelector(".save-bar") ?? form;
  const status = document.createElement("p");
  status.className = "working";
  status.setAttribute("role", "status");
  bar.append(status);
  let sent = -PATIENCE;
  form.addEventListener("submit", (event) => {
    if (performance.now() - sent < PATIENCE) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    sent = performance.now();
    status.textContent = "Sent. Waiting for the server: once is enough.";
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { sent = -PATIENCE; status.textContent = ""; } });
}

// What the answers come to so far: asked of the server while somebody types; nothing is read or written there.
const sheet = document.querySelector("form[data-so-far]");
if (sheet) {
  let waiting, latest = 0, typed = false;
  const ask = async () => {
    const mine = ++latest;
    try {
      const answer = await fetch(sheet.dataset.soFar, { method: "POST", body: new URLSearchParams(new FormData(sheet)) });
      if (mine !== latest) return;
      if (answer.ok) swap("so-far", await answer.text());
      else if (answer.status === 401) say("so-far", "The session is over. Copy what you typed, then launch again from the EHR.");
      else say("so-far", "What was answered could not be judged now. If anybody is in danger: 911; thoughts of suicide: 988.");
    } catch {
      say("so-far", "The server cannot be reached now. What you typed is still here.");
    }
  };
  sheet.addEventListener("input", () => { typed = true; clearTimeout(waiting); waiting = setTimeout(ask, 300); });
  sheet.addEventListener("submit", () => { typed = false; clearTimeout(waiting); });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}

// What would be written and is not written yet is not left without a question.
const unsaved = document.querySelector("form[data-unsaved]");
if (unsaved) {
  let leaves = true;
  unsaved.addEventListener("submit", () => { leaves = false; });
  window.addEventListener("beforeunload", (event) => { if (leaves) event.preventDefault(); });
}

// The list of today, read anew; whoever is in the middle of it keeps their place.
const list = document.getElementById("list");
if (list?.dataset.again) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) swap("list", await answer.text());
      else if (answer.status === 401) say("list", "The session is over: launch again from the EHR. This list is as old as the time at the top.");
      else say("list", "This list could not be read anew: it is as old as the time at the top.");
    } catch {
      say("list", "This list could not be read anew: it is as old as the time at the top.");
    }
  }, Number(list.dataset.again) * 1000);
}

// What is folded is printed all the same, also where the stylesheet cannot unfold it.
const folded = () => document.querySelectorAll("details:not([open])");
let unfolded = [];
window.addEventListener("beforeprint", () => { unfolded = [...folded()]; unfolded.forEach((fold) => { fold.open = true; }); });
window.addEventListener("afterprint", () => { unfolded.forEach((fold) => { fold.open = false; }); });
