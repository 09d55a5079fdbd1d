/* Finder: filters and sorts a list by its index, which is loaded only when somebody asks for more
   than the page holds. The shape of the index is told in generator/render/listing.py. */
(() => {
  const finder = document.querySelector(".finder");
  if (!finder) return;
  const form = finder.querySelector("form");
  const toggle = finder.querySelector(".finder__toggle button");
  const choices = finder.querySelector(".finder__choices");
  const status = finder.querySelector(".finder__status");
  const body = finder.querySelector("tbody");
  const heads = [...finder.querySelectorAll("th[data-column]")];
  const more = finder.querySelector(".finder__more");
  const pager = finder.querySelector(".finder__pager");
  const controls = [...form.elements].filter((control) => control.name);
  const { order: usual, one, many } = finder.dataset;
  const source = new URL(finder.dataset.index, document.baseURI);
  const home = new URL("../../", source);
  const whole = { rows: [...body.rows], told: status.textContent };
  const step = Number(finder.dataset.step);
  let order = usual;
  let index = null;
  let texts = null;
  let found = [];
  let latest = 0;

  /* On a narrow screen rows are shown as cards, which in some browsers takes from them what they
     are. In the page itself the roles would say twice what a table's elements say. */
  const ROLES = { THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell", TABLE: "table" };
  const roleOf = (part) => ROLES[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader");
  const tellRoles = (top) => {
    for (const part of [top, ...top.querySelectorAll("thead, tbody, tr, th, td")]) {
      part.setAttribute("role", roleOf(part));
    }
  };
  tellRoles(body.closest("table"));

  /* --- the index ---------------------------------------------------------- */

  const loads = new Map();
  const load = (url) => {
    if (!loads.has(url)) {
      const answer = fetch(url).then((got) => (got.ok ? got.json() : Promise.reject(got.status)));
      answer.catch(() => loads.delete(url)); /* so that the next try asks again */
      loads.set(url, answer);
    }
    return loads.get(url);
  };
  const chunk = (at) => load(source.href.replace(".json", `-${at + 1}.json`));
  const chunkOf = (row) => chunk(Math.floor(row / index.chunk));

  const open = async () => {
    if (index) return;
    const read = await load(source.href);
    for (const group of read.groups) {
      group.rows = group.rows.map((things) => [].concat(things));
      let weight = 1;
      for (const facet of [...group.facets].reverse()) {
        facet.weight = weight;
        weight *= facet.ids.length;
      }
    }
    index ??= read;
  };

  const valueOf = (facet, thing) => Math.floor(thing / facet.weight) % facet.ids.length;

  /* --- what is asked for -------------------------------------------------- */

  const asked = () => new Map(controls.map((c) => [c.name, c.value.trim()]).filter(([, v]) => v));

  const fromAddress = () => {
    const query = new URLSearchParams(location.search);
    for (const control of controls) {
      const wanted = query.get(control.name) ?? "";
      control.value = wanted;
      if (control.value !== wanted) control.value = ""; /* nothing that is offered here */
    }
    const wanted = query.get("sort") ?? usual;
    order = heads.some((head) => head.dataset.column === wanted.replace(/^-/, "")) ? wanted : usual;
  };

  const toAddress = () => {
    const query = new URLSearchParams([...asked()]);
    if (order !== usual) query.set("sort", order);
    const told = query.toString();
    history.replaceState(history.state, "", `${location.pathname}${told && `?${told}`}`);
  };

  /* Which values of a facet are wanted, as a list of yes and no; null where all are. */
  const wantedOf = (facet, wants) => {
    const { ids, known } = facet;
    if (!facet.range) return wants.has(facet.name) ? ids.map((id) => id === wants.get(facet.name)) : null;
    const ends = ["from", "to"].map((end) => wants.get(end)).filter(Boolean).map(Number);
    if (!ends.length) return null;
    const low = wants.has("from") ? Math.min(...ends) : -Infinity;
    const high = wants.has("to") ? Math.max(...ends) : Infinity;
    return ids.map((id, at) => at < known && Number(id) >= low && Number(id) <= high);
  };

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const plain = (cell) => [].concat(cell).map((run) => [].concat(run)[0]).join("");

  const readTexts = async () => {
    const all = Array.from({ length: Math.ceil(index.rows / index.chunk) }, (_, at) => chunk(at));
    const name = heads[0].dataset.column;
    texts ??= (await Promise.all(all)).flatMap(({ cells, words }) =>
      words.map((more, at) => fold(`${plain(cells[name][at])} ${more}`)));
  };

  /* --- filter and sort ---------------------------------------------------- */

  /* The rows that fit, and in each facet how many rows each value would leave. */
  const choose = (wants) => {
    const words = fold(wants.get("q") ?? "").split(/\s+/).filter(Boolean);
    const groups = index.groups.map(({ facets, rows }) => ({
      rows,
      facets: facets.map((facet) => ({
        facet,
        wanted: wantedOf(facet, wants),
        counts: facet.ids.map(() => 0),
        counted: facet.ids.map(() => -1),
      })),
    }));
    const meets = (thing, tests) =>
      tests.every(({ facet, wanted }) => !wanted || wanted[valueOf(facet, thing)]);
    const passes = ({ rows, facets }, row) =>
      facets.every(({ wanted }) => !wanted) || rows[row].some((thing) => meets(thing, facets));
    const count = ({ rows, facets }, row) => {
      for (const test of facets) {
        const others = facets.filter((other) => other !== test);
        for (const thing of rows[row]) {
          const value = valueOf(test.facet, thing);
          if (test.counted[value] === row || !meets(thing, others)) continue;
          test.counted[value] = row;
          test.counts[value] += 1;
        }
      }
    };
    const rows = [];
    for (let row = 0; row < index.rows; row += 1) {
      if (!words.every((word) => texts[row].includes(word))) continue;
      const missed = groups.filter((group) => !passes(group, row));
      if (missed.length === 0) rows.push(row);
      if (missed.length < 2) (missed.length ? missed : groups).forEach((group) => count(group, row));
    }
    return { rows, tests: groups.flatMap(({ facets }) => facets) };
  };

  /* What a column sorts by; none where it is the list's own order. */
  const keysOf = (name) => {
    const group = index.groups.find(({ facets: [facet] }) => facet.name === name);
    return index.keys[name]
      ?? group?.rows.map(([thing]) => (thing < group.facets[0].known ? thing : null))
      ?? null;
  };

  const sorted = (rows) => {
    const keys = keysOf(order.replace(/^-/, ""));
    const sign = order.startsWith("-") ? -1 : 1;
    const between = (a, b) => {
      if (!keys) return sign * (a - b);
      if (keys[a] === null || keys[b] === null) return (keys[a] === null) - (keys[b] === null) || a - b;
      return sign * (keys[a] - keys[b]) || a - b;
    };
    return [...rows].sort(between);
  };

  /* --- show --------------------------------------------------------------- */

  const piece = (run) => {
    if (typeof run === "string") return run;
    const [text, target] = run;
    const made = document.createElement(target ? "a" : "em");
    made.textContent = text;
    if (target) {
      const url = new URL(target, home);
      if (/^https?:$/.test(url.protocol)) made.href = url.href;
    }
    return made;
  };

  const labels = (name, row) => {
    const { facets: [facet], rows } = index.groups.find((group) => group.facets[0].name === name);
    return rows[row].map((thing) => facet.labels[valueOf(facet, thing)]).join(", ");
  };

  const line = async (row) => {
    const { cells } = await chunkOf(row);
    const made = document.createElement("tr");
    heads.forEach(({ dataset: { column } }, at) => {
      const cell = document.createElement(at ? "td" : "th");
      if (!at) cell.scope = "row";
      cell.append(...[].concat(cells[column]?.[row % index.chunk] ?? labels(column, row)).map(piece));
      made.append(cell);
    });
    tellRoles(made);
    return made;
  };

  const lines = (from) => Promise.all(found.slice(from, from + step).map(line));

  const tell = () => {
    const shown = body.rows.length;
    const total = `${index.rows.toLocaleString("en")} ${index.rows === 1 ? one : many}`;
    const fit = found.length === index.rows ? total : `${found.length.toLocaleString("en")} of ${total}`;
    if (!found.length) status.textContent = `No ${one} fits all of this. Change a filter, or clear them.`;
    else status.textContent = shown < found.length ? `${fit}; the first ${shown} are shown.` : `${fit}.`;
    more.hidden = shown >= found.length;
  };

  const tellCounts = (tests) => {
    for (const { facet, counts } of tests) {
      for (const option of form.elements[facet.name]?.options ?? []) {
        const at = facet.ids.indexOf(option.value);
        if (!option.value || at < 0) continue;
        option.textContent = `${facet.labels[at]} (${counts[at].toLocaleString("en")})`;
        option.disabled = !counts[at] && !option.selected;
      }
    }
  };

  const tellHeads = () => {
    for (const head of heads) {
      const rises = order === head.dataset.column;
      if (rises || order === `-${head.dataset.column}`) {
        head.setAttribute("aria-sort", rises ? "ascending" : "descending");
      } else head.removeAttribute("aria-sort");
    }
    const n = [...asked().keys()].filter((name) => name !== "q").length;
    if (toggle) toggle.textContent = n ? `Filters (${n})` : "Filters";
  };

  const restore = () => {
    body.replaceChildren(...whole.rows);
    status.textContent = whole.told;
    more.hidden = true;
    if (pager) pager.hidden = false;
  };

  const answer = async (mine, wants) => {
    await open();
    if (wants.has("q")) await readTexts();
    if (mine !== latest) return;
    const { rows, tests } = choose(wants);
    tellCounts(tests);
    if (!wants.size && order === usual) {
      restore();
      return;
    }
    found = sorted(rows);
    const made = await lines(0);
    if (mine !== latest) return;
    body.replaceChildren(...made);
    if (pager) pager.hidden = true;
    tell();
  };

  const fail = () => {
    restore();
    status.textContent = `The data of this list could not be loaded. Here is what the page holds: ${whole.told}`;
  };

  const show = async () => {
    latest += 1;
    const mine = latest;
    const wants = asked();
    tellHeads();
    if (!index && !wants.size && order === usual) {
      restore();
      return;
    }
    try {
      await answer(mine, wants);
    } catch {
      if (mine === latest) fail();
    }
  };

  const showMore = async () => {
    const mine = latest;
    const before = body.rows.length;
    const made = await lines(before);
    if (mine !== latest || before !== body.rows.length) return;
    body.append(...made);
    tell();
    if (more.hidden) body.rows[before].querySelector("a")?.focus();
  };

  /* --- controls ----------------------------------------------------------- */

  const change = () => { toAddress(); show(); };
  let typed = 0;

  for (const head of heads) {
    const { column: name, falling } = head.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const first = falling === undefined ? name : `-${name}`;
      const other = falling === undefined ? `-${name}` : name;
      order = order === first ? other : first;
      change();
    });
    head.append(button);
  }

  more.firstElementChild.addEventListener("click", () => showMore().catch(fail));
  toggle?.addEventListener("click", () => {
    const opened = choices.classList.toggle("finder__choices--open");
    toggle.setAttribute("aria-expanded", String(opened));
  });
  form.addEventListener("change", (event) => { if (event.target.name !== "q") change(); });
  form.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    clearTimeout(typed);
    typed = setTimeout(change, 200);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); change(); });
  form.addEventListener("reset", () => setTimeout(change)); /* after the controls are emptied */
  window.addEventListener("popstate", () => { fromAddress(); show(); });

  form.hidden = false;
  fromAddress();
  if (asked().size || order !== usual) show();
})();
