"use strict";
for (const tools of document.querySelectorAll(".tools")) {
  const changes = [...tools.parentElement.querySelectorAll("details.change")];
  const texts = changes.map((change) => change.textContent.toLowerCase());
  const told = tools.querySelector("output");
  const find = tools.querySelector("input");
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    changes.forEach((change, place) => {
      change.hidden = !texts[place].includes(wanted);
      shown += change.hidden ? 0 : 1;
    });
    told.textContent = wanted ? `${shown} of ${changes.length}` : "";
  });
  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const change of changes) change.open = button.value === "open";
    });
  }
  tools.hidden = false;
}
