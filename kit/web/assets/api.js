// What the browsable API does beyond plain forms: PUT, DELETE and raw JSON. Without it, the page shows and POSTs all the same.
"use strict";

document.documentElement.classList.add("scripted");

// Sends what stands in a form with data-method, as JSON, and shows what came of it.
async function send(form) {
  const said = form.querySelector("[data-said]");
  const say = (text, good) => {
    said.textContent = text;
    said.className = good ? "note" : "error";
    said.hidden = false;
    said.focus();
  };
  const method = form.dataset.method;
  const text = form.querySelector("textarea[name=_raw]")?.value;
  const request = { method, headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (form.dataset.csrf) request.headers["X-CSRFToken"] = form.dataset.csrf;
  if (text !== undefined) {
    try { JSON.parse(text); } catch (error) { return say(`${form.dataset.broken} ${error.message}`); }
    request.headers["Content-Type"] = "application/json";
    request.body = text;
  }
  const answer = await fetch(form.dataset.url, request).catch(() => null);
  if (!answer) return say(form.dataset.lost);
  if (answer.ok && method === "DELETE") return location.assign(form.dataset.after);
  if (answer.ok && method === "OPTIONS") return say(pretty(await answer.text()), true);
  if (answer.ok) return location.assign(answer.headers.get("Location") || form.dataset.url);
  say(`${answer.status} ${answer.statusText}\n${pretty(await answer.text())}`);
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.method) {
    event.preventDefault();
    if (form.dataset.ask && !confirm(form.dataset.ask)) return;
    const button = form.querySelector("button");
    button.disabled = true;
    send(form).finally(() => { button.disabled = false; });
  } else if (form.dataset.sparse !== undefined) {
    // An empty field of a form that may be left out is left out, as the API would have it.
    const empty = [...form.elements].filter((field) => field.name && !field.required && field.value === "");
    empty.forEach((field) => { field.disabled = true; });
    setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
  }
});

// One more line for a list.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-more]");
  if (!button) return;
  const last = button.parentElement.querySelector(":scope input:last-of-type");
  const next = last.cloneNode();
  next.value = "";
  next.removeAttribute("id");
  last.after(next);
  next.focus();
});
