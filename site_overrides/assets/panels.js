/* Evidence panels: a link to something in a closed panel opens it, and print shows them all. */
(() => {
  const wanted = () => {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return null; /* no address of ours */
    }
  };

  const reveal = () => {
    const target = wanted();
    let closed = false;
    for (let panel = target?.closest("details"); panel; panel = panel.parentElement.closest("details")) {
      closed ||= !panel.open;
      panel.open = true;
    }
    if (closed) target.scrollIntoView();
  };

  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal(); /* no change of address tells of it */
  });
  reveal();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")];
    for (const panel of opened) panel.open = true;
  });
  addEventListener("afterprint", () => {
    for (const panel of opened) panel.open = false;
    opened = [];
  });
})();
