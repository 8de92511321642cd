const root = document.documentElement;
const dark = document.getElementById("theme");
const isDark = () => root.classList.contains("dark") ||
  (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);
const tell = () => dark.setAttribute("aria-pressed", String(isDark()));
dark.addEventListener("click", () => {
  const next = isDark() ? "light" : "dark";
  root.classList.remove("dark", "light");
  root.classList.add(next);
  tell();
});
tell();
const heat = document.getElementById("heat");
heat.addEventListener("click", () => {
  const on = root.classList.toggle("heat");
  heat.setAttribute("aria-pressed", String(on));
  for (const word of document.querySelectorAll(".h[data-nats]")) {
    if (on) word.title = `${word.dataset.nats} nats`;
    else word.removeAttribute("title");
  }
});
for (const box of document.querySelectorAll("[data-level]")) {
  box.addEventListener("change", () => root.classList.toggle(`no-${box.dataset.level}`, !box.checked));
}
const shown = () => [...document.querySelectorAll(".finding[id]")].filter(
  (one) => !["error", "warning", "info"].some((level) => root.classList.contains(`no-${level}`) && one.classList.contains(level)));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  root.classList.toggle("closed", event.key === "Escape");
  if (event.key !== "n" && event.key !== "p") return;
  const all = shown();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = event.key === "n" ? at + 1 : (at < 0 ? all.length : at) - 1;
  const one = all[(next + all.length) % all.length];
  one.focus();
  one.scrollIntoView({ block: "center" });
});
document.addEventListener("pointermove", () => root.classList.remove("closed"));
