// Curves over weeks: a line and a band for each arm, moments marked, a moving week; guesses may be drawn into it.
function look(el) {
  const night = !!(el.closest(".theme--dark") || document.querySelector(".v-application.theme--dark") || document.body.classList.contains("theme--dark"));
  return night
    ? { paper: "#16191d", ink: "#e8eaed", muted: "#aab2bd", grid: "#31373e" }
    : { paper: "#ffffff", ink: "#1f2328", muted: "#5c6570", grid: "#e3e6ea" };
}
function floats(view) { return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); }
function said(value, unit, top) {
  if (unit === "share") return Math.round(value * 100) + "%";
  const size = Math.abs(top);
  if (size >= 1e6) return (value / 1e6).toFixed(1) + " m";
  if (size >= 1e4) return Math.round(value / 1e3) + " k";
  return size >= 20 ? Math.round(value).toLocaleString("en-GB") : value.toFixed(size >= 2 ? 1 : 2);
}
function steps(top) {
  const rough = top / 4, power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= rough) || 1;
  const out = [];
  for (let v = 0; v <= top * 1.0001; v += step) out.push(v);
  return out;
}
function named(line) {
  if (line.label) return line.label;
  const text = { top_down: "top-down", bottom_up: "bottom-up" }[line.name] || String(line.name || "").replaceAll("_", " ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
function wrapped(ctx, text, room) {
  const out = [];
  for (const word of text.split(" ")) {
    const longer = out.length ? out[out.length - 1] + " " + word : word;
    if (out.length && ctx.measureText(longer).width <= room) out[out.length - 1] = longer; else out.push(word);
  }
  return out;
}

function render({ model, el }) {
  const box = document.createElement("div");
  box.style.cssText = "position:relative;width:100%";
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "display:block;width:100%;border-radius:6px;outline-offset:2px";
  canvas.setAttribute("role", "img");
  box.append(canvas); el.append(box);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let width = 0, height = 0, frame = 0, drawing = false, began = performance.now();
  const pad = { left: 52, right: 14, top: 12, bottom: 40 };

  const size = () => model.get("big") ? Math.max(14, Math.min(30, 0.78 * parseFloat(getComputedStyle(el).fontSize))) : 13;
  const font = (px, weight = "") => `${weight} ${px}px Roboto, "DejaVu Sans", sans-serif`;

  function topOf(lines) {
    let top = model.get("top");
    if (top) return top;
    top = 1e-9;
    for (const line of lines) for (const part of ["low", "high", "value", "mean"]) if (line[part]) for (const v of floats(line[part])) if (v > top) top = v;
    return top * 1.06;
  }
  function scales() {
    const last = Math.max(1, model.get("last")), top = topOf(model.get("lines"));
    const w = width - pad.left - pad.right, h = height - pad.top - pad.bottom;
    return { last, top, x: (s) => pad.left + (s / last) * w, y: (v) => pad.top + (1 - v / top) * h,
             step: (px) => Math.round(((px - pad.left) / w) * last), value: (py) => (1 - (py - pad.top) / h) * top };
  }

  function path(ctx, at, values, until = Infinity) {
    ctx.beginPath();
    let on = false;
    for (let s = 0; s < values.length; s++) {
      if (Number.isNaN(values[s])) { on = false; continue; }
      let x = at.x(s), y = at.y(values[s]);
      if (s > until) {                              // the last bit of a line that is being revealed
        if (!on || s - until >= 1) break;
        y = at.y(values[s - 1] + (values[s] - values[s - 1]) * (until - s + 1)); x = at.x(until);
      }
      if (on) ctx.lineTo(x, y); else ctx.moveTo(x, y);
      on = true;
    }
  }

  // where a line ends: its mean where it has one, else the run itself
  function endOf(line, until) {
    const values = line.mean ? floats(line.mean) : line.value ? floats(line.value) : null;
    if (!values) return null;
    let end = Math.min(values.length - 1, Math.floor(until));
    while (end >= 0 && Number.isNaN(values[end])) end--;
    return end < 0 ? null : { step: end, value: values[end], whole: end >= model.get("last") };
  }

  function settle(ctx, px, lines, at, unit) {
    ctx.font = font(px);
    const ticks = unit === "share" && at.top === 1 ? [0, 0.25, 0.5, 0.75, 1] : steps(at.top);
    pad.left = Math.ceil(Math.max(...ticks.map((v) => ctx.measureText(said(v, unit, at.top)).width))) + 12;
    pad.top = Math.round(px * 0.9); pad.bottom = Math.round(px * 2.9);
    let room = 0;
    if (width > 560 && lines.length && lines.length <= 6) {
      ctx.font = font(px, "600");
      for (const line of lines) {
        const end = endOf(line, Infinity);
        if (!end || !end.whole) continue;
        const most = Math.max(0.2 * width, 90);
        room = Math.max(room, ...wrapped(ctx, named(line), most).map((t) => ctx.measureText(t).width));
      }
    }
    pad.right = room ? Math.ceil(Math.min(room, 0.24 * width)) + 16 : Math.max(14, Math.round(px));
    return ticks;
  }

  function draw() {
    frame = 0;
    if (!width) return;
    const tone = look(el), ratio = window.devicePixelRatio || 1, night = tone.paper !== "#ffffff";
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); canvas.style.height = height + "px";
    const ctx = canvas.getContext("2d"), unit = model.get("unit"), px = size(), thick = px / 13, lines = model.get("lines");
    const ticks = settle(ctx, px, lines, { top: topOf(lines) }, unit), at = scales();
    const ms = still.matches ? 0 : model.get("reveal");
    const part = ms ? Math.min(1, (performance.now() - began) / ms) : 1, until = part < 1 ? part * at.last : Infinity;
    const shade = (line) => (night ? line.night || line.colour : line.colour);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = tone.paper; ctx.fillRect(0, 0, width, height);
    ctx.font = font(px); ctx.textBaseline = "middle"; ctx.lineWidth = 1;
    for (const v of ticks) {
      ctx.strokeStyle = tone.grid; ctx.beginPath(); ctx.moveTo(pad.left, at.y(v)); ctx.lineTo(width - pad.right, at.y(v)); ctx.stroke();
      ctx.fillStyle = tone.muted; ctx.textAlign = "right"; ctx.fillText(said(v, unit, at.top), pad.left - 7, at.y(v));
    }
    ctx.textAlign = "center";
    const most = Math.max(2, Math.floor((width - pad.left - pad.right) / (px * 4.5)));
    const paces = model.get("step_name") === "weeks" ? [1, 2, 4, 13, 26, 52, 104, 260, 520] : [1, 2, 5, 10, 20, 50, 100, 200, 500];
    const every = paces.find((k) => at.last / k <= Math.min(9, most)) || 520;
    for (let s = 0; s <= at.last; s += every) { ctx.fillStyle = tone.muted; ctx.fillText(String(s), at.x(s), height - pad.bottom + px); }
    ctx.fillText(model.get("step_name"), (pad.left + width - pad.right) / 2, height - px * 0.8);
    for (const mark of model.get("marks")) {
      ctx.strokeStyle = tone.muted; ctx.setLineDash([2, 4]); ctx.beginPath(); ctx.moveTo(at.x(mark.step), pad.top); ctx.lineTo(at.x(mark.step), height - pad.bottom); ctx.stroke(); ctx.setLineDash([]);
      const right = at.x(mark.step) > width * 0.7;
      ctx.textAlign = right ? "right" : "left"; ctx.fillStyle = tone.muted; ctx.fillText(mark.label, at.x(mark.step) + (right ? -5 : 5), pad.top + px * 0.7);
    }
    for (const guess of model.get("faint")) {
      const line = lines.find((l) => l.name === guess.name);
      ctx.strokeStyle = line ? shade(line) : tone.ink; ctx.globalAlpha = 0.55; ctx.lineWidth = 1.6 * thick; ctx.setLineDash([1, 4 * thick]); ctx.lineCap = "round";
      ctx.beginPath(); guess.points.forEach(([s, v], k) => (k ? ctx.lineTo(at.x(s), at.y(v)) : ctx.moveTo(at.x(s), at.y(v)))); ctx.stroke();
      ctx.setLineDash([]); ctx.lineCap = "butt"; ctx.globalAlpha = 1;
    }
    ctx.save();
    if (until !== Infinity) { ctx.beginPath(); ctx.rect(0, 0, at.x(until), height); ctx.clip(); }
    for (const line of lines) {
      if (line.low && line.high) {
        const low = floats(line.low), high = floats(line.high);
        ctx.globalAlpha = night ? 0.24 : 0.17; ctx.fillStyle = shade(line); ctx.beginPath();
        for (let s = 0; s < low.length; s++) ctx.lineTo(at.x(s), at.y(high[s]));
        for (let s = low.length - 1; s >= 0; s--) ctx.lineTo(at.x(s), at.y(low[s]));
        ctx.closePath(); ctx.fill(); ctx.globalAlpha = 1;
      }
    }
    ctx.restore();
    for (const line of lines) {
      const colour = shade(line), dash = (line.dash || []).map((d) => d * Math.max(1, thick * 0.8));
      ctx.strokeStyle = colour; ctx.lineJoin = "round";
      if (line.mean) { ctx.setLineDash(dash); ctx.lineWidth = (line.value ? 1.3 : 2.6) * thick; path(ctx, at, floats(line.mean), until); ctx.stroke(); ctx.setLineDash([]); }
      if (line.value) { ctx.setLineDash(dash); ctx.lineWidth = 2.8 * thick; path(ctx, at, floats(line.value), until); ctx.stroke(); ctx.setLineDash([]); }
      const values = line.value ? floats(line.value) : until !== Infinity && line.mean ? floats(line.mean) : null;
      if (values) {
        let end = Math.min(values.length - 1, Math.floor(until)); while (end > 0 && Number.isNaN(values[end])) end--;
        ctx.fillStyle = colour; ctx.beginPath(); ctx.arc(at.x(end), at.y(values[end]), 4.5 * thick, 0, 2 * Math.PI); ctx.fill();
      }
    }
    const drawn = model.get("drawn");
    for (const name of Object.keys(drawn)) {
      const guess = drawn[name], line = lines.find((l) => l.name === name), colour = line ? shade(line) : tone.ink;
      if (!guess.length) continue;
      ctx.strokeStyle = colour; ctx.lineWidth = 2.4 * thick; ctx.setLineDash([1, 5 * thick]); ctx.lineCap = "round"; ctx.beginPath();
      guess.forEach(([s, v], k) => (k ? ctx.lineTo(at.x(s), at.y(v)) : ctx.moveTo(at.x(s), at.y(v)))); ctx.stroke(); ctx.setLineDash([]); ctx.lineCap = "butt";
    }
    if (part === 1) labels(ctx, at, px, lines, shade, tone);
    const week = model.get("week");
    if (week >= 0) { ctx.strokeStyle = tone.ink; ctx.globalAlpha = 0.45; ctx.lineWidth = 1; ctx.beginPath(); ctx.moveTo(at.x(week), pad.top); ctx.lineTo(at.x(week), height - pad.bottom); ctx.stroke(); ctx.globalAlpha = 1; }
    if (part < 1) ask();
  }

  // names at the ends of lines that reach the last week, pushed apart; none where there is no room for all
  function labels(ctx, at, px, lines, shade, tone) {
    if (pad.right < 40) return;
    ctx.font = font(px, "600"); ctx.textAlign = "left";
    const high = px * 1.12, ends = [];
    for (const line of lines) {
      const end = endOf(line, Infinity);
      if (!end || !end.whole) continue;
      const rows = wrapped(ctx, named(line), pad.right - 14);
      ends.push({ line, rows, y: at.y(end.value), tall: rows.length * high + 3 });
    }
    ends.sort((a, b) => a.y - b.y);
    const total = ends.reduce((sum, e) => sum + e.tall, 0);
    if (!ends.length || total > height - 4) return;
    let floor = 2;
    for (const e of ends) { e.top = Math.max(floor, e.y - e.tall / 2); floor = e.top + e.tall; }
    let ceiling = height - pad.bottom + 6;  // above the numbers of the axis
    for (const e of [...ends].reverse()) { e.top = Math.min(e.top, ceiling - e.tall); ceiling = e.top; }
    for (const e of ends) {
      ctx.fillStyle = shade(e.line);
      e.rows.forEach((row, k) => ctx.fillText(row, width - pad.right + 9, e.top + high * (k + 0.5) + 1.5));
    }
  }

  function ask() { if (!frame) frame = requestAnimationFrame(draw); }
  function again() { began = performance.now(); ask(); }
  function resize() {
    width = Math.round(box.clientWidth);
    const most = model.get("most_share") ? Math.min(model.get("most_height"), window.innerHeight * model.get("most_share")) : model.get("most_height");
    height = Math.round(Math.max(170, Math.min(most, width * (width < 560 ? 0.72 : model.get("most_share") ? 0.78 : 0.55))));
    ask();
  }
  function place(event) {
    const rect = canvas.getBoundingClientRect(), at = scales();
    return [Math.min(at.last, Math.max(0, at.step(event.clientX - rect.left))), Math.min(at.top, Math.max(0, at.value(event.clientY - rect.top)))];
  }
  let sketch = new Map(), before = null;
  const show = () => {
    const points = [...sketch.entries()].sort((a, b) => a[0] - b[0]);
    model.set("drawn", { ...model.get("drawn"), [model.get("draws")]: points }); ask();
  };
  const down = (event) => {
    if (!model.get("draws")) return;
    event.preventDefault(); drawing = true; canvas.setPointerCapture(event.pointerId);
    before = place(event); sketch = new Map([before]); show();
  };
  const move = (event) => {
    if (!drawing) return;
    event.preventDefault();
    for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const [s, v] = place(one), [from, value] = before;   // drawn over again, a stretch takes the new line
      for (let k = Math.min(s, from) + 1; k < Math.max(s, from); k++) sketch.set(k, value + ((v - value) * (k - from)) / (s - from));
      sketch.set(s, v); before = [s, v];
    }
    show();
  };
  const up = () => { if (drawing) { drawing = false; model.save_changes(); } };
  canvas.addEventListener("pointerdown", down); canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up); canvas.addEventListener("pointercancel", up);
  function grip() { canvas.style.touchAction = model.get("draws") ? "none" : "auto"; canvas.style.cursor = model.get("draws") ? "crosshair" : "default"; }
  function label() { canvas.setAttribute("aria-label", model.get("label")); }
  const watch = new ResizeObserver(resize); watch.observe(box);
  window.addEventListener("resize", resize);
  const theme = new MutationObserver(ask);
  theme.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
  const plain = ["lines", "marks", "week", "top", "last", "unit", "drawn", "faint", "big", "step_name"];
  for (const name of plain) model.on("change:" + name, ask);
  model.on("change:label", label); model.on("change:draws", grip); model.on("change:replay", again);
  model.on("change:most_height", resize); model.on("change:most_share", resize);
  label(); grip(); resize();
  return () => {
    watch.disconnect(); theme.disconnect(); window.removeEventListener("resize", resize); if (frame) cancelAnimationFrame(frame);
    for (const name of plain) model.off("change:" + name, ask);
    model.off("change:label", label); model.off("change:draws", grip); model.off("change:replay", again);
    model.off("change:most_height", resize); model.off("change:most_share", resize);
  };
}

export default { render };
