/* Search on every page: the keys that lead to the field. What is found is shown by the search page,
   whose own script is loaded only there. */
(() => {
  const OFF = "search-slash-off";
  const header = document.getElementById("header-search-words");
  const page = document.getElementById("search-words");
  const box = document.getElementById("search-slash");

  const isOff = () => {
    try {
      return localStorage.getItem(OFF) !== null;
    } catch {
      return false; /* nothing is kept in this browser */
    }
  };

  const keep = (off) => {
    try {
      if (off) localStorage.setItem(OFF, "");
      else localStorage.removeItem(OFF);
    } catch { /* the choice then holds for this page only */ }
  };

  let off = isOff();
  const tell = () => {
    const keys = `${off ? "" : "/ "}Control+K Meta+K`;
    for (const field of [header, page]) field?.setAttribute("aria-keyshortcuts", keys);
    if (header) header.title = off ? "Ctrl+K leads here" : "The keys / and Ctrl+K lead here";
  };
  tell();

  const isTyping = (target) =>
    target instanceof Element
    && (target.isContentEditable || target.closest("input, textarea, select") !== null);

  const go = () => {
    const field = page ?? header;
    if (!field) return;
    if (field.getClientRects().length) {
      field.focus();
      field.select();
    } else location.assign(`${field.form.action}?q=`); /* too narrow a screen for the field */
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const held = event.ctrlKey || event.metaKey;
    const slash = event.key === "/" && !held && !off && !isTyping(event.target);
    const k = event.key.toLowerCase() === "k" && held && !event.shiftKey;
    if (!slash && !k) return;
    event.preventDefault();
    go();
  });

  if (box) {
    box.checked = !off;
    box.closest("p").hidden = false;
    box.addEventListener("change", () => { off = !box.checked; keep(off); tell(); });
  }
  if (page) import("./search-page.js");
})();
