/* Runs before the page is drawn and sets the colours that the reader chose or the device asks for.
   A file of its own, because the page's policy allows no script inside a page. */
var __md_scope = new URL("..", document.currentScript.src);

var __md_get = (key) => {
  try {
    return JSON.parse(localStorage.getItem(`${__md_scope.pathname}.${key}`));
  } catch {
    return null; /* nothing may be kept in this browser */
  }
};

var __md_set = (key, value) => {
  try {
    localStorage.setItem(`${__md_scope.pathname}.${key}`, JSON.stringify(value));
  } catch { /* the choice then holds for this page only */ }
};

(() => {
  const device = "(prefers-color-scheme)"; /* the choice to follow the device */
  const fits = ({ mdColorMedia: media }) => media !== device && matchMedia(media).matches;
  const choices = [...document.querySelectorAll("span[data-md-color-media]")];
  const fitting = choices.find((choice) => fits(choice.dataset));
  const kept = __md_get("__palette")?.color;
  const follows = !kept || kept.media === device;
  const colours = follows && fitting ? {
    media: fitting.dataset.mdColorMedia,
    scheme: fitting.dataset.mdColorScheme,
    primary: fitting.dataset.mdColorPrimary,
    accent: fitting.dataset.mdColorAccent,
  } : kept;
  for (const [name, value] of Object.entries(colours ?? {})) {
    document.body.setAttribute(`data-md-color-${name}`, value);
  }
})();
