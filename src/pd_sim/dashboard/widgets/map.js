// A map of leading arms: one button a point, the lowest row at the bottom; arrows move, Enter or a tap opens.
function night(el) {
  return !!(el.closest(".theme--dark") || document.querySelector(".v-application.theme--dark") || document.body.classList.contains("theme--dark"));
}
function rgb(hex) { return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)); }
function bright([r, g, b]) {
  const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}
function mixed(colour, paper, share) { const a = rgb(colour), b = rgb(paper); return a.map((v, k) => Math.round(v * share + b[k] * (1 - share))); }

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "map-grid";
  box.setAttribute("role", "group");
  const above = document.createElement("div");
  above.className = "map-above";
  above.setAttribute("aria-hidden", "true");
  const told = document.createElement("div");
  told.className = "map-told";
  const axis = document.createElement("div"), what = document.createElement("div"), ends = document.createElement("span");
  axis.className = "map-axis"; what.append(document.createElement("b"), document.createElement("span")); axis.append(what, ends);
  el.append(box, axis, told);
  let buttons = [], at = 0;
  const rest = "Tap a point, or move with the arrow keys and press Enter, to watch it happen there.";
  told.textContent = rest;

  function build() {
    const n = model.get("across"), points = model.get("points"), rows = Math.max(1, Math.round(points.length / n));
    box.replaceChildren(); buttons = [];
    box.style.gridTemplateColumns = `auto repeat(${n}, minmax(0, 1fr))`;
    box.style.setProperty("--rows", rows);
    for (let row = rows - 1; row >= 0; row--) {
      const tick = document.createElement("span");
      tick.className = "map-tick"; tick.textContent = model.get("y_ticks")[row] || ""; tick.setAttribute("aria-hidden", "true");
      tick.style.gridArea = `${rows - row} / 1`;
      box.append(tick);
      for (let column = 0; column < n; column++) {
        const place = row * n + column, button = document.createElement("button");
        button.type = "button"; button.className = "map-point"; button.dataset.place = place;
        button.style.gridArea = `${rows - row} / ${column + 2}`;
        button.append(document.createElement("b"), document.createElement("small"));
        buttons[place] = button; box.append(button);
      }
    }
    model.get("x_ticks").forEach((value, column) => {
      const tick = document.createElement("span");
      tick.className = "map-tick map-under"; tick.textContent = value; tick.setAttribute("aria-hidden", "true");
      tick.style.gridArea = `${rows + 1} / ${column + 2}`;
      box.append(tick);
    });
    at = Math.min(at, Math.max(0, points.length - 1));
    if (!at && rows > 1) at = (rows - 1) * n;
    above.style.gridArea = `1 / 2 / ${rows + 1} / ${n + 2}`;
    zones(); box.append(above); paint();
  }

  function words() {
    const [title, about, both] = model.get("axis");
    what.firstChild.textContent = "→ " + title; what.lastChild.textContent = ": " + about; ends.textContent = both;
  }

  function zones() {
    above.replaceChildren();
    const n = model.get("across"), named = model.get("zones");
    if (named.length) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", "0 0 100 100"); svg.setAttribute("preserveAspectRatio", "none");
      for (const [, reach] of named.slice(0, -1)) for (const kind of ["map-halo", "map-arc"]) {
        const arc = document.createElementNS("http://www.w3.org/2000/svg", "circle");
        arc.setAttribute("cx", 100); arc.setAttribute("cy", 0); arc.setAttribute("r", reach * Math.SQRT2 * 100); arc.setAttribute("class", kind);
        svg.append(arc);
      }
      above.append(svg);
      let before = 0;
      for (const [name, reach] of named) {
        // where four points meet, so that a name hides no number
        const middle = (before + reach) / 2, back = Math.min(n - 1, Math.max(1, Math.round(middle * n))) / n;
        const word = document.createElement("span");
        word.className = "map-zone"; word.textContent = name;
        word.style.right = 100 * back + "%"; word.style.top = 100 * back + "%";
        above.append(word); before = reach;
      }
    }
    const stands = model.get("stands");
    if (stands.length) {
      const mark = document.createElement("span");
      mark.className = "map-here";
      mark.style.left = 100 * stands[0] + "%"; mark.style.bottom = 100 * stands[1] + "%";
      above.append(mark);
    }
  }

  function paint() {
    const dark = night(el), paper = dark ? "#16191d" : "#ffffff", points = model.get("points");
    points.forEach((point, place) => {
      const button = buttons[place];
      if (!button) return;
      const known = !!point.label;
      button.classList.toggle("map-waits", !known);
      button.classList.toggle("map-open", known && point.how < 0);
      button.tabIndex = place === at ? 0 : -1;
      button.setAttribute("aria-label", known ? point.label : "not known yet");
      button.setAttribute("aria-disabled", known ? "false" : "true");
      button.firstChild.textContent = known ? point.letter : "";
      button.lastChild.textContent = known ? point.lead : "";
      if (known && point.how >= 0) {
        const colour = mixed(dark ? point.night : point.day, paper, 0.3 + 0.7 * point.how), shine = bright(colour);
        button.style.background = `rgb(${colour.join(",")})`;
        button.style.color = 1.05 / (shine + 0.05) >= (shine + 0.05) / 0.05 ? "#fff" : "#000";
      } else { button.style.background = ""; button.style.color = ""; }
    });
    box.setAttribute("aria-label", model.get("label"));
  }

  function shown(place) { const point = model.get("points")[place]; told.textContent = point && point.label ? point.label : rest; }
  function placeOf(event) { const button = event.target.closest && event.target.closest(".map-point"); return button ? Number(button.dataset.place) : -1; }
  function go(place) {
    const point = model.get("points")[place];
    if (!point || !point.label) return;
    model.set("opened", { place, times: (model.get("opened").times || 0) + 1 }); model.save_changes();
  }
  const click = (event) => { const place = placeOf(event); if (place >= 0) go(place); };
  const over = (event) => { const place = placeOf(event); if (place >= 0) shown(place); };
  const focus = (event) => {
    const place = placeOf(event);
    if (place < 0) return;
    if (buttons[at]) buttons[at].tabIndex = -1;
    at = place; buttons[at].tabIndex = 0; shown(place);
  };
  const key = (event) => {
    const n = model.get("across"), total = buttons.length, column = at % n;
    let to = at;
    if (event.key === "ArrowRight" && column < n - 1) to = at + 1;
    else if (event.key === "ArrowLeft" && column > 0) to = at - 1;
    else if (event.key === "ArrowUp" && at + n < total) to = at + n;
    else if (event.key === "ArrowDown" && at - n >= 0) to = at - n;
    else if (event.key === "Home") to = at - column;
    else if (event.key === "End") to = at - column + n - 1;
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (buttons[to]) buttons[to].focus();
  };
  box.addEventListener("click", click); box.addEventListener("pointerover", over);
  box.addEventListener("focusin", focus); box.addEventListener("keydown", key);
  let shape = "";
  const changed = () => {
    const now = model.get("points").length + "/" + model.get("across");
    if (now !== shape) { shape = now; build(); } else paint();
  };
  const size = new ResizeObserver(() => {
    const wide = (box.clientWidth - 40) / Math.max(1, model.get("across"));
    box.style.setProperty("--letter", Math.max(13, Math.min(30, wide * 0.26)) + "px");
    box.classList.toggle("map-close", wide < 52);
  });
  size.observe(box);
  const theme = new MutationObserver(paint);
  theme.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
  const names = { points: changed, across: changed, x_ticks: build, y_ticks: build, zones, stands: zones, label: paint, axis: words };
  for (const [name, then] of Object.entries(names)) model.on("change:" + name, then);
  changed(); words();
  return () => {
    size.disconnect(); theme.disconnect();
    for (const [name, then] of Object.entries(names)) model.off("change:" + name, then);
  };
}

export default { render };
