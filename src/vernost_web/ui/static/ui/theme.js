// Before the first line is painted: the chosen theme, or that of the system.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => root.setAttribute("data-bs-theme", root.dataset.theme || (system.matches ? "dark" : "light"));
  system.addEventListener("change", apply);
  apply();
})();
