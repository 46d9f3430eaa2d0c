// Keeps an open page true: fetches it anew when the server says that something changed, shows times in the reader's zone.
// Without it the page is complete; it only grows old.
"use strict";
{
  const EVERY_MINUTE = 60_000;
  const [UNDER_A_MINUTE, MINUTE, HOUR, DAY, DAYS] = document.documentElement.dataset.units.split("|");
  const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const time = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
  const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short" });
  const dayAndYear = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", year: "numeric" });

  // Times

  function length(milliseconds) {
    const minutes = Math.floor(milliseconds / 60_000);
    if (minutes < 1) return UNDER_A_MINUTE;
    if (minutes < 60) return `${minutes} ${MINUTE}`;
    if (minutes < 1440) return `${Math.floor(minutes / 60)} ${HOUR}` + (minutes % 60 ? ` ${minutes % 60} ${MINUTE}` : "");
    const days = Math.floor(minutes / 1440);
    return `${days} ${days === 1 ? DAY : DAYS}`;
  }

  function clock(at, heading) {
    const reference = heading ? new Date(`${heading}T00:00`) : new Date();
    if (at.toDateString() === reference.toDateString()) return time.format(at);
    const sameYear = at.getFullYear() === reference.getFullYear();
    return `${(sameYear ? day : dayAndYear).format(at)}, ${time.format(at)}`;
  }

  function tellTimes(root) {
    for (const element of root.querySelectorAll("time:has(.clock)")) {
      const at = new Date(element.dateTime);
      const write = (part, text) => part && part.textContent !== text && (part.textContent = text);
      write(element.querySelector(".span"), length(Date.now() - at));
      write(element.querySelector(".clock"), clock(at, element.closest("[data-day]")?.dataset.day));
    }
  }

  // What the server last said of each part, so that only what changed is touched and nobody loses their place.
  const told = new Map();
  const unfolded = new Map();

  const raw = (element) => element.outerHTML.replace(/<span class="span">[^<]*<\/span>/g, "");
  // The past grows with every minute: that is shown, and is nothing to point at.
  const said = (part) => raw(part).replace(/<div class="past">.*?<\/div>/s, "");

  function remember(main) {
    told.clear();
    unfolded.clear();
    for (const part of main.querySelectorAll("section, [data-watch]")) told.set(part.id, part.matches("[data-watch]") ? said(part) : raw(part));
    for (const fold of main.querySelectorAll("details")) unfolded.set(fold.id, fold.open);
  }

  // The sentence stays the same element, since screen readers announce only changes within one.
  function changeVerdict(old, fresh) {
    old.querySelector(".shape").replaceWith(fresh.querySelector(".shape"));
    old.querySelector(".facts").replaceWith(fresh.querySelector(".facts"));
    const [before, after] = [old.querySelector("h1"), fresh.querySelector("h1")];
    before.className = after.className;
    if (before.textContent !== after.textContent) before.replaceChildren(...after.childNodes);
  }

  // The folds that the reader has opened or closed, against what the server proposed.
  function choices() {
    const folds = [...document.querySelectorAll("main details")];
    return new Map(folds.filter((fold) => fold.open !== unfolded.get(fold.id)).map((fold) => [fold.id, fold.open]));
  }

  // Where the focus is, in words that hold for the new page too.
  function place() {
    const focused = document.activeElement;
    const home = focused?.closest("main [id]");
    return home && { id: home.id, nth: [...home.querySelectorAll("a, summary")].indexOf(focused) };
  }

  function focusAgain({ id, nth }) {
    const home = document.getElementById(id);
    (home?.querySelectorAll("a, summary")[nth] ?? home)?.focus({ preventScroll: true });
  }

  function swap(next) {
    const main = document.querySelector("main");
    const fresh = document.adoptNode(next.querySelector("main"));
    const focus = place();
    const chosen = choices();
    const before = new Map(told);
    const news = [...fresh.children].filter((section) => before.get(section.id) !== raw(section));
    const changed = [...fresh.querySelectorAll("[data-watch]")].filter((part) => before.get(part.id) !== said(part));
    const seen = new Set([...fresh.children].map((section) => section.id));
    remember(fresh);
    for (const fold of fresh.querySelectorAll("details")) fold.open = chosen.get(fold.id) ?? fold.open;
    for (const part of changed) part.classList.add("changed");

    document.title = next.title;
    icon.href = next.querySelector("link[rel=icon]").getAttribute("href");
    main.className = fresh.className;
    for (const old of [...main.children]) if (!seen.has(old.id)) old.remove();
    let after = null;
    for (const section of [...fresh.children]) {
      const old = document.getElementById(section.id);
      if (section.id === "verdict") changeVerdict(old, section);
      else if (!old) after ? after.after(section) : main.prepend(section);
      else if (news.includes(section)) old.replaceWith(section);
      after = document.getElementById(section.id);
    }
    if (focus && !main.contains(document.activeElement)) focusAgain(focus);
    tellTimes(document);
  }

  // The wire

  const icon = document.querySelector("link[rel=icon]");
  const mark = document.querySelector(".live");
  let connected = false;
  let failing = false;
  let busy = false;
  let again = false;

  function showMark() {
    mark.hidden = !connected && !failing;
    mark.classList.toggle("lost", failing);
    mark.textContent = failing ? mark.dataset.lost : mark.dataset.live;
    if (!failing) return;
    // What nobody confirms any more is not claimed in the tab either; the next good answer puts it right.
    document.title = mark.dataset.lostTitle;
    icon.href = mark.dataset.lostIcon;
  }

  async function refresh() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      failing = false;
    } catch {
      failing = true;
    }
    busy = false;
    showMark();
    if (again) {
      again = false;
      refresh();
    }
  }

  // Thousands hear of a change at once; they do not all ask in the same instant.
  const refreshSoon = () => setTimeout(refresh, Math.random() * 400);

  function listen() {
    const source = new EventSource("/live");
    let lost = false;
    source.onopen = () => {
      connected = true;
      if (lost) refreshSoon();
      lost = false;
      showMark();
    };
    source.onerror = () => {
      connected = false;
      lost = true;
      showMark();
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, EVERY_MINUTE * (0.5 + Math.random()));
    };
    source.addEventListener("change", refreshSoon);
  }

  remember(document.querySelector("main"));
  document.querySelector(".zone").textContent = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
  tellTimes(document);
  setInterval(() => tellTimes(document), 20_000);
  // A page with a form, or of something gone wrong, stays as it is: nobody may lose what they typed.
  if (location.protocol.startsWith("http") && !("still" in document.querySelector("main").dataset)) {
    listen();
    setInterval(() => document.hidden || refresh(), EVERY_MINUTE);
    document.addEventListener("visibilitychange", () => document.hidden || refresh());
  }
}
