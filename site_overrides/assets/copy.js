/* Copy buttons, where the browser lets a page copy. What they copy was worded when the page was
   made: a claim's line word for word with its citations and its standing, and how to cite the page. */
(() => {
  if (!navigator.clipboard?.writeText) return;
  const SHOWN = 4000; /* milliseconds */
  const claims = document.querySelectorAll(".claim[data-line]");
  const citation = document.querySelector(".citation");
  if (!claims.length && !citation) return;
  const canonical = document.querySelector('link[rel="canonical"]');
  const home = canonical?.href ?? location.href.split("#")[0];
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");

  const words = (text) => {
    const made = document.createElement("span");
    made.textContent = text;
    return made;
  };

  /* All its words stand in one place, the hidden ones too, so that the button keeps its size. */
  const button = (label, copied, text) => {
    const made = document.createElement("button");
    let timer = 0;
    const tell = (state, message) => {
      made.dataset.state = state;
      status.textContent = "";
      setTimeout(() => { status.textContent = message; }, 50); /* the same words are told anew */
      clearTimeout(timer);
      timer = setTimeout(() => { delete made.dataset.state; }, SHOWN);
    };
    made.type = "button";
    made.className = "copy";
    made.append(words(label), words("Copied"), words("Not copied"));
    made.addEventListener("click", () => {
      navigator.clipboard.writeText(text()).then(
        () => tell("copied", copied),
        () => tell("failed", "Not copied: the browser did not allow it."),
      );
    });
    return made;
  };

  for (const claim of claims) {
    const sure = claim.querySelector(".standing__word").textContent;
    const line = () => `${claim.dataset.line} (How sure: ${sure}.) ${home}#${claim.id}`;
    const copied = "Copied: the line, its sources, how sure we are, and a link to it.";
    claim.querySelector(".claim__foot")?.prepend(button("Copy this line", copied, line), " ");
  }
  if (citation) {
    const cited = () => citation.textContent.trim();
    citation.after(button("Copy citation", "Copied: how to cite this brief.", cited));
  }
  document.querySelector(".md-content__inner").append(status);
})();
