/* Words as search compares them: plain letters, other names of a thing, and names that are like what
   was typed. The terms are those of `suggestions` in generator/render/findable.py. */

const TERMS = new URL("../search/terms.json", import.meta.url);
const ALIKE = 0.4; /* the part of its letters in which a name may differ */
const SHORT = 4;
const ENDING = /^(e?s|e?d|ing)?$/;

/* Words that most pages hold and nobody looks for. */
const SMALL = new Set((
  "a about an and are as at be been between by can do does for from had has have how in into is it"
  + " its of on or than that the their them there these they this those to was were what when where"
  + " which who why will with"
).split(" "));

export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
export const wordsIn = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

const isSmall = (word) => SMALL.has(word.toLowerCase())
  && (word.length === 1 || word !== word.toUpperCase());

/* What was typed without its small words, which cost much and find nothing; all of it where they
   are all there is, or where somebody asks for words in their order. Names such as WHO stay. */
export const weighty = (typed) => {
  if (typed.includes('"') || !document.documentElement.lang.startsWith("en")) return typed;
  return typed.split(/\s+/).filter((word) => !isSmall(word)).join(" ") || typed;
};

/* For a word that is nowhere the engine takes the longest word that it starts with: "to" for
   "tofu". What was met mostly so was not met. `words` were found in a page's text, `facts` are what
   is known about it. */
export const isMet = (words, facts, typed) => {
  const own = wordsIn(typed);
  const isStart = (word) => word.length < SHORT && own.some(
    (one) => one.startsWith(word) && !ENDING.test(one.slice(word.length)),
  );
  const isLike = (word) => !isStart(word) && own.some((one) => one.slice(0, 3) === word.slice(0, 3));
  return words.filter(isStart).length < words.length / 2 || facts.some(isLike);
};

/* How many letters must change to make one word of the other. */
const distance = (a, b) => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
    }
    row = next;
  }
  return row[b.length];
};

const unlike = (a, b) => distance(a, b) / Math.max(a.length, b.length);

let terms;
const load = () => {
  terms ??= fetch(TERMS).then((got) => (got.ok ? got.json() : Promise.reject(got.status)))
    .then((rows) => rows.map(([label, path, names, spelt]) => (
      { label, path, names: [label, ...names], all: [label, ...names, ...spelt] })));
  terms.catch(() => { terms = undefined; });
  return terms;
};

const key = (text) => wordsIn(text).map((word) => word.replace(/s$/, "")).join(" ");

/* Other names of what was typed, where the site knows some. */
export const otherNames = async (typed) => {
  const known = await load();
  const own = key(typed);
  const names = known.filter(({ all }) => all.some((name) => key(name) === own))
    .flatMap((term) => term.names);
  const told = new Set([own]);
  return names.filter((name) => !told.has(key(name)) && told.add(key(name)));
};

/* The terms with a name that is like what was typed, the likest first; none where one is the same. */
export const nearest = async (typed) => {
  const known = await load();
  const text = plain(typed);
  const long = wordsIn(typed).filter((word) => word.length >= SHORT);
  const by = (name) => Math.min(unlike(text, plain(name)), ...long.map(
    (word) => Math.min(...wordsIn(name).map((one) => unlike(word, one))),
  ));
  const near = known.map((term) => ({ ...term, by: Math.min(...term.all.map(by)) }))
    .filter((term) => term.by < ALIKE).sort((a, b) => a.by - b.by);
  return near[0]?.by === 0 ? [] : near;
};
