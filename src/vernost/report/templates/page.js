const payload = JSON.parse(document.getElementById("charts").textContent);
for (const place of document.querySelectorAll("[data-chart]")) {
  const options = { ...payload.options, downloadFileName: place.dataset.chart };
  window.vegaEmbed(place, payload.specs[place.dataset.chart], options).catch((error) => {
    place.textContent = String(error.message || error);
  });
}
// Numbers are printed with their charts, as paper cannot be opened.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
});
