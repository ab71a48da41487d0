// Charts are drawn where a part of a page asks for one; the library that draws them comes with the first.
"use strict";

const library = document.currentScript.dataset.charts;
const INK = "#e2e8f0";
let vega;

function charts() {
  vega ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = library;
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = () => reject(new Error("charts"));
    document.head.append(script);
  });
  return vega;
}

function dark() {
  return document.documentElement.getAttribute("data-bs-theme") === "dark";
}

function options(place) {
  const given = JSON.parse(document.getElementById("chart-options").textContent);
  const config = given.config;
  config.background = "transparent";
  if (dark()) {
    const ink = INK, muted = "#a3b1c2", line = "#334155";
    for (const name of ["axis", "legend"]) {
      config[name] = { ...config[name], labelColor: name === "legend" ? ink : muted, titleColor: muted, gridColor: line, domainColor: line, tickColor: line };
    }
    config.text = { ...config.text, color: ink };
    config.style = { ...config.style, "group-title": { fill: ink } };
  }
  return {
    ...given, config, ast: true, renderer: "svg", mode: "vega-lite", defaultStyle: false, forceActionsMenu: true,
    tooltip: { disableDefaultStyle: true }, actions: { export: true, source: false, compiled: false, editor: false },
    downloadFileName: place.closest("[id]")?.id || "vernost",
  };
}

// Labels whose ink a chart names itself would vanish on dark paper.
function readable(name, value) {
  return name === "labelColor" && dark() ? INK : value;
}

// Whether a mark leads to another page of this installation.
function leading(item) {
  const address = item?.datum?.href;
  return typeof address === "string" && address.startsWith("/") && !address.startsWith("//");
}

async function draw(place) {
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent, readable);
  const least = Number(place.dataset.minWidth);
  if (least) place.style.minWidth = `${least}px`;
  try {
    const embed = await charts();
    const given = options(place);
    const { view } = await embed(place, spec, given);
    // The menu that saves the picture shows dots alone; a screen reader says what it is for.
    place.querySelector("summary")?.setAttribute("aria-label", given.i18n.CLICK_TO_VIEW_ACTIONS);
    view.addEventListener("click", (_, item) => { if (leading(item)) location.assign(item.datum.href); });
    const picture = place.querySelector("svg.marks");
    view.addEventListener("mousemove", (_, item) => { picture.style.cursor = leading(item) ? "pointer" : ""; });
  } catch (error) {
    place.textContent = String(error.message || error);
  }
}

function enliven(part) {
  for (const place of part.querySelectorAll("[data-chart]:not([data-drawn])")) {
    place.dataset.drawn = "";
    draw(place);
  }
  for (const control of part.querySelectorAll("[data-submit]")) {
    control.addEventListener("change", () => control.form.requestSubmit());
  }
}

document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
document.addEventListener("DOMContentLoaded", () => { if (!window.htmx) enliven(document); });
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const bar = target.querySelector?.("progress[data-upload]");
  if (!bar || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = detail.loaded / detail.total;
});

// What renews itself for whoever looks costs nothing while nobody does.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.hasAttribute("data-when-seen")) event.preventDefault();
});

// A part that does not come says so instead of waiting for ever; progress asks again by itself.
function fail({ detail }) {
  const place = detail.elt;
  if (place.getAttribute("hx-trigger") !== "load") return;
  const told = document.createElement("div");
  told.className = "alert alert-warning";
  told.setAttribute("role", "alert");
  told.textContent = document.body.dataset.failed;
  place.replaceChildren(told);
}
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, fail);
