// The corner of every page: copy its link; light or dark, remembered by this browser.
const KEY = "pd-sim:night";

function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === null ? window.matchMedia("(prefers-color-scheme: dark)").matches : kept === "1";
  } catch { return false; }
}

function button(icon, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "corner";
  const picture = document.createElement("i");
  picture.className = `mdi ${icon}`;
  picture.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = label;
  made.append(picture, words);
  return [made, words];
}

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "corners";
  const [copy, copied] = button("mdi-link-variant", "Copy link");
  const [tone, toned] = button("mdi-theme-light-dark", "Dark");
  box.append(copy, tone);
  el.append(box);
  let timer = 0;

  const say = (words) => {
    copied.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => { copied.textContent = "Copy link"; }, 2200);
  };
  const onCopy = () => navigator.clipboard.writeText(location.href).then(() => say("Copied"), () => say("Copy it from the address bar"));
  const show = () => { toned.textContent = model.get("night") ? "Light" : "Dark"; };
  const onTone = () => {
    const night = !model.get("night");
    try { localStorage.setItem(KEY, night ? "1" : "0"); } catch { /* it is just not remembered */ }
    model.set("night", night);
    model.save_changes();
    show();
  };
  copied.setAttribute("aria-live", "polite");
  copy.addEventListener("click", onCopy);
  tone.addEventListener("click", onTone);
  model.on("change:night", show);
  show();
  if (remembered() && !model.get("night")) { model.set("night", true); model.save_changes(); show(); }
  return () => { clearTimeout(timer); model.off("change:night", show); };
}

export default { render };
