/* Cards: a citation shows its reference and a word of the glossary its meaning, on hover, on focus
   and on a first tap. The text comes from the page; without script each is a plain link.
   As WCAG 1.4.13 asks, Escape closes a card, the pointer may move onto it, and until then it stays.
   A card holds no stop for the Tab key: Enter on the link leads where the card's link leads. */
(() => {
  if (!("popover" in HTMLElement.prototype)) return;
  const article = document.querySelector(".md-content__inner");
  if (!article) return;
  const OPENS = 150; /* milliseconds, so that a pointer passing by opens nothing */
  const CLOSES = 300; /* and a pointer on its way to the card does not lose it */
  const MARGIN = 8;
  const KEPT = new Set(["em", "strong", "small"]);
  const meanings = document.createElement("div");
  const card = document.createElement("div");
  let current = null;
  let tapped = null;
  let timer = 0;

  const later = (run, wait) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };

  /* The words of one element in another: links become text, other marks of ours stay. */
  const copy = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        to.append(node.data);
      } else if (KEPT.has(node.localName)) {
        const made = document.createElement(node.localName);
        copy(node, made);
        to.append(made);
      } else {
        copy(node, to);
      }
    }
  };

  const place = () => {
    const words = current.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.max(MARGIN, Math.min(words.left, clientWidth - width - MARGIN));
    const above = words.top - height - MARGIN / 2;
    const below = words.bottom + MARGIN / 2;
    const fits = below + height <= clientHeight || above < 0;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(fits ? below : above) + scrollY}px`;
  };

  const show = (link) => {
    clearTimeout(timer);
    if (current === link) return;
    current = link;
    const words = document.createElement("p");
    copy(document.getElementById(link.getAttribute("aria-describedby")), words);
    const further = document.createElement("a");
    further.href = link.href;
    further.tabIndex = -1;
    further.textContent = link.hash.startsWith("#ref-") ? "Go to reference" : "See all words explained";
    card.replaceChildren(words, further);
    card.showPopover();
    place();
  };

  const hide = () => {
    clearTimeout(timer);
    if (current) card.hidePopover();
    current = null;
  };

  const leave = () => later(() => { if (document.activeElement !== current) hide(); }, CLOSES);

  /* What a link's card will say, also to those who only hear it; false where it has nothing. */
  const describe = (link, number) => {
    if (link.matches('[href^="#ref-"]')) {
      const reference = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (reference) link.setAttribute("aria-describedby", reference.id);
    } else if (link.title) {
      const meaning = document.createElement("p");
      meaning.id = `meaning-${number}`;
      meaning.textContent = link.title;
      meanings.append(meaning);
      link.setAttribute("aria-describedby", meaning.id);
    }
    if (!link.hasAttribute("aria-describedby")) return false;
    link.removeAttribute("title"); /* the browser would show it beside the card */
    return true;
  };

  const attach = (link) => {
    link.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") later(() => show(link), OPENS);
    });
    link.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") leave();
    });
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(link); });
    link.addEventListener("blur", () => {
      if (current === link && !card.matches(":hover")) hide();
    });
    link.addEventListener("pointerdown", (event) => {
      tapped = event.pointerType === "touch" && current !== link ? link : null;
    });
    link.addEventListener("pointercancel", () => { tapped = null; });
    link.addEventListener("click", (event) => {
      const first = tapped === link;
      tapped = null;
      if (first) {
        event.preventDefault();
        show(link);
      } else {
        hide();
      }
    });
  };

  meanings.hidden = true;
  card.className = "hovercard";
  card.popover = "manual";
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", leave);
  card.addEventListener("click", (event) => { if (event.target.closest("a")) hide(); });
  article.append(meanings, card);
  [...article.querySelectorAll('a[href^="#ref-"], a[title][href*="glossary"]')]
    .filter(describe)
    .forEach(attach);

  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("pointerdown", (event) => {
    if (current && !card.contains(event.target) && !current.contains(event.target)) hide();
  });
  addEventListener("resize", () => { if (current) place(); });
})();
