// Makes the charts answer to a pointer: the point under it is spelled out below its chart, and a name in a legend hides or
// shows its line. Where there is room, what is folded for a phone is open; on paper everything is. Without scripts everything
// can still be read: points have titles, all lines are shown, and what is folded opens by a click.
(() => {
  "use strict";
  if (matchMedia("(min-width: 900px)").matches) {
    for (const part of document.querySelectorAll("details.wide")) part.open = true;
  }
  let forPaper = [];
  addEventListener("beforeprint", () => {
    forPaper = [...document.querySelectorAll("details:not([open])")];
    for (const part of forPaper) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of forPaper) part.open = false;
  });
  let charts = 0;
  for (const figure of document.querySelectorAll("figure")) {
    const svg = figure.querySelector("svg.chart");
    if (!svg) continue;
    charts++;
    const readout = document.createElement("output");
    readout.className = "readout";
    svg.after(readout);
    const show = (event) => {
      const title = event.target.querySelector?.(":scope > title");
      readout.textContent = title ? title.textContent : "";
    };
    svg.addEventListener("pointermove", show);
    svg.addEventListener("pointerdown", show);
    svg.addEventListener("pointerleave", () => { readout.textContent = ""; });
    for (const button of figure.querySelectorAll(".legend button")) {
      button.addEventListener("click", () => {
        const shown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(shown));
        svg.querySelector(`g[data-line="${button.dataset.line}"]`)?.classList.toggle("off", !shown);
      });
    }
  }
  document.documentElement.dataset.charts = String(charts);
})();
