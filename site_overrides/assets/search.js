/* Search: loads the index only when someone searches. Without script the page lists other ways. */
(() => {
  const form = document.querySelector(".search-page");
  if (!form) return;
  const input = form.querySelector("input");
  const status = document.getElementById("search-status");
  const list = document.getElementById("search-results");
  const filters = document.getElementById("search-filters");
  const names = {
    brief: "Briefs", study: "Studies", outcome: "Outcomes", theme: "Themes",
    concept: "Ideas", work: "References",
  };
  const single = {
    brief: "Brief", study: "Study", outcome: "Outcome", theme: "Theme",
    concept: "Idea", work: "Reference",
  };
  let engine = null;
  let kind = "";
  let latest = 0;

  const load = () => {
    engine ??= import(new URL("../pagefind/pagefind.js", document.baseURI).href)
      .then(async (pagefind) => {
        await pagefind.options({ ranking: { pageLength: 0.5 } });
        await pagefind.filters(); /* without this, results come without counts by kind */
        return pagefind;
      });
    return engine;
  };

  const item = (data) => {
    const li = document.createElement("li");
    const link = document.createElement("a");
    link.href = data.url;
    link.textContent = data.meta.title;
    const kindOf = document.createElement("small");
    kindOf.textContent = ` ${single[data.filters["Kind of page"]?.[0]] ?? ""}`;
    const excerpt = document.createElement("p");
    excerpt.innerHTML = data.excerpt; /* made by the index from text it has escaped */
    li.append(link, kindOf, excerpt);
    return li;
  };

  const showFilters = (counts) => {
    filters.replaceChildren(...["", ...Object.keys(names)]
      .filter((k) => k === "" || counts[k])
      .map((k) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = k === "" ? "All" : `${names[k]} (${counts[k]})`;
        button.setAttribute("aria-pressed", String(k === kind));
        button.addEventListener("click", () => { kind = k; search(); });
        return button;
      }));
    filters.hidden = false;
  };

  const search = async () => {
    const words = input.value.trim();
    const mine = ++latest;
    if (!words) { status.textContent = "Type a word and press Search."; list.replaceChildren(); return; }
    status.textContent = "Searching…";
    const pagefind = await load();
    const found = await pagefind.search(words, kind ? { filters: { "Kind of page": kind } } : {});
    const shown = await Promise.all(found.results.slice(0, 20).map((result) => result.data()));
    if (mine !== latest) return;
    const n = found.results.length;
    status.textContent = n === 0 ? `Nothing found for “${words}”.`
      : `${n} ${n === 1 ? "page" : "pages"} found for “${words}”${n > 20 ? ", the best 20 shown" : ""}.`;
    list.replaceChildren(...shown.map(item));
    showFilters(found.totalFilters?.["Kind of page"] ?? {});
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    kind = "";
    history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    search();
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { input.value = asked; search(); }
})();
