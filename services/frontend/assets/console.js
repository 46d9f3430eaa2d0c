// Enhances the console, which is whole without it: times in the reader's zone, that go on; a word when something has
// changed since the page was made; and a way to copy what has to be copied exactly.
"use strict";
{
  const [UNDER_A_MINUTE, MINUTE, HOUR, DAY, DAYS] = document.documentElement.dataset.units.split("|");
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  const dayAndYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

  function length(milliseconds) {
    const minutes = Math.floor(milliseconds / 60_000);
    if (minutes < 1) return UNDER_A_MINUTE;
    if (minutes < 60) return `${minutes} ${MINUTE}`;
    if (minutes < 1440) return `${Math.floor(minutes / 60)} ${HOUR}` + (minutes % 60 ? ` ${minutes % 60} ${MINUTE}` : "");
    const days = Math.floor(minutes / 1440);
    return `${days} ${days === 1 ? DAY : DAYS}`;
  }

  function clock(at) {
    const now = new Date();
    if (at.toDateString() === now.toDateString()) return time.format(at);
    return `${(at.getFullYear() === now.getFullYear() ? day : dayAndYear).format(at)}, ${time.format(at)}`;
  }

  function tellTimes() {
    for (const element of document.querySelectorAll("time:has(.clock)")) {
      const at = new Date(element.dateTime);
      // A moment that is still to come has no length of time beside it.
      const span = element.querySelector(".span");
      if (span) span.textContent = length(Date.now() - at);
      element.querySelector(".clock").textContent = clock(at);
    }
  }
  tellTimes();
  setInterval(tellTimes, 30_000);

  // Nothing is exchanged under the hands of somebody who writes: the page says that there is news, and they look.
  const news = document.querySelector("[data-news]");
  if (news) {
    const source = new EventSource("/live");
    source.addEventListener("change", () => (news.hidden = false));
    addEventListener("pagehide", () => source.close());
  }

  for (const code of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button plain small";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    });
    code.after(" ", button);
  }
}
