/* The frame of a page: light or dark colours, the menu, and the section in view. */
(() => {
  const turn = document.querySelector(".scheme");
  const choices = [...document.querySelectorAll("span[data-md-color-media]")];

  const chosen = () => {
    const scheme = document.body.dataset.mdColorScheme;
    return Math.max(0, choices.findIndex((choice) => choice.dataset.mdColorScheme === scheme));
  };

  const tell = () => {
    const name = choices[chosen()].dataset.turn;
    if (!name) return;
    turn.title = name;
    turn.querySelector("span").textContent = name;
  };

  if (turn && choices.length > 1) {
    tell();
    turn.hidden = false;
    turn.addEventListener("click", () => {
      const next = choices[(chosen() + 1) % choices.length].dataset;
      const color = { media: next.mdColorMedia, scheme: next.mdColorScheme, primary: next.mdColorPrimary, accent: next.mdColorAccent };
      for (const [name, value] of Object.entries(color)) document.body.setAttribute(`data-md-color-${name}`, value);
      __md_set("__palette", { color });
      tell();
    });
  }

  const menu = document.querySelector(".menu");
  if (menu) {
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }

  /* Marks in the list of sections the last one whose heading has come into view. */
  const links = [...document.querySelectorAll(".toc a")];
  const places = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!places.length || places.includes(null)) return;
  const mark = () => {
    const now = places.findLastIndex((place) => place.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link, number) => {
      if (number === now) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  const watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  for (const place of places) watch.observe(place);
})();
