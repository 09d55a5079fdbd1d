/* The search page. The index is loaded when somebody searches, and never before: first the small
   one of briefs, outcomes and the like, then those of the collection, whose places are those of
   generator/publish/index.py. The names of kinds, filters and facts are those of
   generator/render/findable.py. */

import { isMet, nearest, otherNames, weighty, wordsIn } from "./search-words.js";

const HOME = new URL("../", import.meta.url);
const INDEX = new URL("pagefind/", HOME);
const AT_ONCE = 10;
const LONGEST = 200;
const FILTERS = 16; /* into how many the values of a filter are divided */
const FEW = 3; /* so few results that something else may have been meant */
const PATIENCE = 800; /* milliseconds that the first results wait for the collection */
const LIMIT = 60_000;
const SECTIONS = [
  { name: "Briefs", kinds: ["Briefs"], few: 3 },
  { name: "Outcomes, themes and ideas", kinds: ["Outcomes", "Themes", "Ideas"], few: 4 },
  { name: "Studies", kinds: ["Studies"], few: 5, collected: true },
  { name: "References", kinds: ["References"], few: 3, collected: true },
  { name: "About this site", kinds: ["About this site"], few: 1, last: true },
];
const KINDS = SECTIONS.flatMap((section) => section.kinds);
/* A study has no kind: it is what is of no other kind. */
const STUDIES = { not: { any: KINDS.filter((of) => of !== "Studies").map((of) => ({ Kind: of })) } };
const ONE = { Outcomes: "Outcome", Themes: "Theme", Ideas: "Idea" }; /* they share a section */
const LISTS = ["briefs", "outcomes", "themes", "studies", "references"];
const OPTIONS = {
  excerptLength: 28,
  ranking: {
    pageLength: 0.4,
    metaWeights: {
      title: 8, also: 6, authors: 6, cited: 2, ids: 2,
      about: 1, design: 1, country: 1, people: 0, studies: 0,
    },
  },
};

const form = document.querySelector(".search-page");
const field = document.getElementById("search-words");
const narrow = document.getElementById("search-narrow");
const choices = [...narrow.querySelectorAll("select")];
const status = document.getElementById("search-status");
const hint = document.getElementById("search-hint");
const filters = document.getElementById("search-filters");
const list = document.getElementById("search-results");
const title = document.title;
let kind = "";
let latest = 0;
let waiting = 0;

/* --- the index ------------------------------------------------------------ */

const once = (start) => {
  let promise;
  return () => {
    promise ??= start();
    promise.catch(() => { promise = undefined; }); /* so that the next try asks again */
    return promise;
  };
};

const engine = once(async () => {
  const pagefind = await import(new URL("pagefind.js", INDEX));
  await pagefind.options(OPTIONS);
  return pagefind;
});

const partsOfIndex = async () => {
  const got = await fetch(new URL("parts.json", INDEX));
  if (!got.ok) throw new Error(got.status);
  return got.json();
};

const collection = once(async () => {
  const [pagefind, parts] = await Promise.all([engine(), partsOfIndex()]);
  await Promise.all(
    parts.map((part) => pagefind.mergeIndex(new URL(part, INDEX).pathname, OPTIONS)),
  );
  return pagefind;
});

/* Each value stands in one of several filters, so that few of the others are loaded with it. */
const filterOf = (name, value) => {
  const sum = [...value].reduce((all, letter) => all + letter.codePointAt(0), 0);
  return `${name}-${sum % FILTERS}`;
};

/* Whether a result holds what was typed, and not only the start of it. */
const isSure = async (result, typed) => {
  const { content, meta } = await result.data();
  const all = content.split(/\s+/);
  const words = result.words.flatMap((at) => wordsIn(all[at] ?? ""));
  const facts = (result.matchedMetaFields ?? []).flatMap((name) => wordsIn(meta[name] ?? ""));
  return isMet(words, facts, typed);
};

/* The engine loads all of its words where it is asked for none. What fits a choice holds the words
   of that choice, too. */
const wordsFor = ({ words, chosen: { Outcome, Design } }) =>
  weighty(words || (Outcome ?? Design).replaceAll('"', " "));

/* The results of one kind, best first, each with its kind. */
const resultsOf = async (asked, of, collected) => {
  const pagefind = await (collected ? collection() : engine());
  const narrowed = Object.entries(asked.chosen)
    .map(([name, value]) => [filterOf(name, value), value]);
  const wanted = { ...Object.fromEntries(narrowed), ...(of === "Studies" ? STUDIES : { Kind: of }) };
  const { results } = await pagefind.search(wordsFor(asked), { filters: wanted });
  const sure = !asked.words || !results.length || await isSure(results[0], asked.words);
  return sure ? results.map((result) => ({ result, of })) : [];
};

const resultsIn = async (asked, section) => {
  const each = await Promise.all(
    section.kinds.map((of) => resultsOf(asked, of, section.collected)),
  );
  const counts = Object.fromEntries(section.kinds.map((of, at) => [of, each[at].length]));
  const found = each.flat().sort((a, b) => b.result.score - a.result.score);
  return { section, counts, found };
};

const answersOf = (asked, collected) => Promise.all(SECTIONS
  .filter((section) => Boolean(section.collected) === collected)
  .map((section) => resultsIn(asked, section)));

/* Who types an author's name looks for what that author wrote, and not for what mentions it. */
const inOrder = (answers) => {
  const met = (kinds, ...names) => answers.some(({ section, found }) =>
    kinds.includes(section.name) && names.some(
      (name) => found[0]?.result.matchedMetaFields?.includes(name),
    ));
  const named = met(["Studies", "References"], "authors")
    && !met(["Briefs", "Outcomes, themes and ideas"], "title", "also");
  const rank = ({ section }) => (section.last ? 2 : named && section.collected ? 0 : 1);
  return [...answers].sort((a, b) => rank(a) - rank(b));
};

/* --- what is asked for ---------------------------------------------------- */

const cut = (text) => [...text].slice(0, LONGEST).join("");
const nameOf = (choice) => choice.name[0].toUpperCase() + choice.name.slice(1);
const chosen = () => choices.filter((choice) => choice.value);

const asks = () => ({
  words: cut(field.value.trim()),
  chosen: Object.fromEntries(chosen().map((choice) => [nameOf(choice), choice.value])),
});

const fromAddress = () => {
  const query = new URLSearchParams(location.search);
  field.value = cut(query.get("q") ?? "");
  for (const choice of choices) {
    choice.value = query.get(choice.name) ?? "";
    if (choice.selectedIndex < 0) choice.value = ""; /* nothing that is offered here */
  }
  narrow.open = chosen().length > 0;
  kind = KINDS.find((known) => known === query.get("kind")) ?? "";
};

const toAddress = ({ words }) => {
  const query = new URLSearchParams();
  if (words) query.set("q", words);
  if (kind) query.set("kind", kind);
  for (const choice of chosen()) query.set(choice.name, choice.value);
  const told = query.toString();
  history.replaceState(history.state, "", `${location.pathname}${told && `?${told}`}`);
  document.title = words ? `${words} · ${title}` : title;
};

/* --- how results look ------------------------------------------------------ */

const make = (tag, of = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), of);
  element.append(...inside);
  return element;
};

const button = (text, act) => {
  const element = make("button", { type: "button" }, text);
  element.addEventListener("click", act);
  return element;
};

const link = (text, address) => make("a", { href: address }, text);
const search = (words) => `?q=${encodeURIComponent(words)}`;
const inline = (links) => links.flatMap((one, at) => [at ? ", " : "", one]);
const lists = () => inline(LISTS.map((name) => link(name, new URL(`${name}/`, HOME).href)));

/* An excerpt is text in which the words that were found stand between marks, and angle brackets are
   written as entities. It is taken over as text. */
const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
const excerptOf = ({ excerpt, plain_excerpt: plain, raw_content: whole }) => [
  whole.trim().startsWith(plain.slice(0, 40)) ? "" : "… ",
  ...excerpt.split(/<\/?mark>/).map(unescaped).map(
    (part, at) => (at % 2 ? make("mark", {}, part) : part),
  ),
  whole.trim().endsWith(plain.slice(-40)) ? "" : " …",
];

const number = (n) => n.toLocaleString(document.documentElement.lang || undefined);
const counted = (n, one, many) => n && `${n} ${n === "1" ? one : many}`;

const factsOf = ({ meta }, of) => [
  ONE[of],
  meta.cited,
  meta.design,
  counted(meta.people, "person", "people"),
  counted(meta.studies, "study", "studies"),
  meta.country,
].filter(Boolean).join(" · ");

/* The headings of a page below which the words stand, those with most of them first. */
const partsOf = (data) => data.sub_results
  .filter((part) => part.url.includes("#") && part.title !== data.meta.title)
  .sort((a, b) => b.locations.length - a.locations.length)
  .slice(0, 3)
  .map((part) => make("li", {}, link(part.title, part.url)));

const itemOf = async ({ result, of }) => {
  const data = await result.data();
  const facts = factsOf(data, of);
  const parts = partsOf(data);
  return make("li", { className: "found" },
    make("p", { className: "found__title" }, link(data.meta.title, data.url)),
    ...(facts ? [make("p", { className: "found__facts" }, facts)] : []),
    make("p", { className: "found__text" }, ...excerptOf(data)),
    ...(parts.length ? [make("ul", { className: "found__parts" }, ...parts)] : []));
};

/* A section of results: its best ones, and a button that adds the next. */
const sectionOf = async ({ section, found }, mine) => {
  const items = make("ol");
  const more = make("p", { className: "found__more" });
  const add = async (size) => {
    const at = items.children.length;
    const next = await Promise.all(found.slice(at, at + size).map(itemOf));
    if (mine !== latest) return;
    items.append(...next);
    if (at) next[0]?.querySelector("a").focus();
    const left = Math.min(found.length - items.children.length, AT_ONCE);
    more.replaceChildren(...(left > 0 ? [button(`Show ${left} more`, () => add(AT_ONCE))] : []));
  };
  await add(kind ? AT_ONCE : section.few);
  return make("section", { className: section.last ? "last" : "" },
    make("h2", {}, `${kind || section.name} (${number(found.length)})`), items, more);
};

const show = async (answers, mine, added = false) => {
  const wanted = answers
    .map(({ section, found }) => ({ section, found: found.filter(({ of }) => !kind || of === kind) }))
    .filter(({ found }) => found.length);
  const sections = await Promise.all(wanted.map((answer) => sectionOf(answer, mine)));
  if (mine !== latest) return;
  const last = list.querySelector(".last");
  if (!added) list.replaceChildren(...sections);
  else if (last) last.before(...sections);
  else list.append(...sections);
};

/* A button for each kind with its number of results. How many there are of the chosen kind. */
const showKinds = (answers) => {
  const counts = Object.assign({}, ...answers.map((answer) => answer.counts));
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const focused = filters.contains(document.activeElement);
  const one = (of, text) => {
    const element = button(text, () => { kind = of; start(); });
    element.setAttribute("aria-pressed", String(of === kind));
    return element;
  };
  filters.replaceChildren(one("", `All (${number(all)})`), ...KINDS
    .filter((of) => counts[of] || of === kind).map((of) => one(of, `${of} (${number(counts[of] ?? 0)})`)));
  filters.hidden = !all && !kind;
  if (focused) filters.querySelector("[aria-pressed=true]").focus();
  return kind ? counts[kind] ?? 0 : all;
};

/* --- what else there is to say ------------------------------------------------ */

/* What is told aloud, too. What stands elsewhere on the page for the eye is said, but not shown. */
const say = (asked, n, more = "", unseen = "") => {
  const words = asked.words && ` for “${asked.words}”`;
  const choice = [kind, ...Object.values(asked.chosen)].filter(Boolean).join(", ");
  const where = choice && ` in: ${choice}`;
  const told = `${n ? number(n) : "No"} ${n === 1 ? "result" : "results"}${words}${where}.${more} `;
  status.replaceChildren(told, make("span", { className: "visually-hidden" }, unseen));
};

/* Other names of what was typed, or what may have been meant where little was found. */
const showHint = async (asked, n, mine) => {
  if (!asked.words) return hint.replaceChildren();
  const names = await otherNames(asked.words).catch(() => []);
  const near = names.length || n >= FEW ? [] : await nearest(asked.words).catch(() => []);
  if (mine !== latest) return undefined;
  const links = names.length ? names.map((name) => link(name, search(name)))
    : near.map(({ label, path }) => link(label, path ? new URL(path, HOME).href : search(label)));
  const lead = names.length ? "Other words for it: " : "Perhaps you look for: ";
  return hint.replaceChildren(...(links.length ? [lead, ...inline(links.slice(0, 6))] : []));
};

const showNothing = (asked) => {
  const clear = () => {
    kind = "";
    for (const choice of choices) choice.value = "";
    field.focus();
    start();
  };
  const narrowed = kind || Object.keys(asked.chosen).length;
  list.replaceChildren(make("div", { className: "note" },
    ...(narrowed ? [make("p", { className: "found__more" },
      button("Search again without your choices", clear))] : []),
    make("p", {}, "Try fewer or other words, or look through the lists of ", ...lists(), ".")));
};

const forget = (text, ...rest) => {
  status.textContent = text;
  hint.replaceChildren();
  filters.hidden = true;
  list.replaceChildren(...rest);
};

/* --- searching ---------------------------------------------------------------- */

const pause = (time) => new Promise((done) => { setTimeout(done, time); });
const inTime = (promise) => Promise.race([
  promise, pause(LIMIT).then(() => Promise.reject(new Error("no answer"))),
]);

const answer = async (asked, mine) => {
  const [small, rest] = [false, true].map((collected) => inTime(answersOf(asked, collected)));
  rest.catch(() => {}); /* told below, unless the first fails, too */
  const first = await small;
  const soon = await Promise.race([rest, pause(PATIENCE)]);
  if (mine !== latest) return;
  const answers = inOrder([...first, ...(soon ?? [])]);
  let n = showKinds(answers);
  await show(answers, mine);
  if (!soon) {
    say(asked, n, " Looking through the studies…");
    const late = await rest;
    if (mine !== latest) return;
    n = showKinds([...first, ...late]);
    await show(late, mine, true);
  }
  await showHint(asked, n, mine);
  if (mine !== latest) return;
  if (!n) showNothing(asked);
  say(asked, n, "", n ? "" : hint.textContent);
};

const start = async () => {
  const asked = asks();
  const mine = ++latest;
  clearTimeout(waiting);
  toAddress(asked);
  const length = [...asked.words].length;
  if (!length && !chosen().length) return forget("");
  if (length === 1) return forget("Type at least two letters.");
  if (!list.children.length) status.textContent = "Searching…";
  list.setAttribute("aria-busy", "true");
  try {
    await answer(asked, mine);
  } catch {
    if (mine === latest) {
      forget("The search could not be loaded. Try again when you are connected.",
        make("p", {}, "Or look through the lists of ", ...lists(), "."));
    }
  }
  if (mine === latest) list.removeAttribute("aria-busy");
  return undefined;
};

form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(start, 300);
  if (field.value.trim().length > 1) collection().catch(() => {}); /* while more is typed; a search tells of faults */
});
for (const choice of choices) choice.addEventListener("change", start);
addEventListener("popstate", () => { fromAddress(); start(); });
const typed = field.value; /* by somebody who was faster than this script */
fromAddress();
if (!field.value) field.value = typed;
if (field.value || chosen().length) start();
else if (new URLSearchParams(location.search).has("q")) field.focus(); /* by the header's button */
