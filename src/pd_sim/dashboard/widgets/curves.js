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

function render({ model, el }) {
  const box = document.createElement("div");
  box.style.cssText = "position:relative;width:100%";
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "display:block;width:100%;border-radius:6px;outline-offset:2px";
  canvas.setAttribute("role", "img");
  box.append(canvas); el.append(box);
  let width = 0, height = 0, frame = 0, drawing = false;
  const pad = { left: 52, right: 14, top: 12, bottom: 34 };

  function scales() {
    const lines = model.get("lines"), last = Math.max(1, model.get("last"));
    let top = model.get("top");
    if (!top) {
      top = 1e-9;
      for (const line of lines) for (const part of ["low", "high", "value", "mean"]) if (line[part]) for (const v of floats(line[part])) if (v > top) top = v;
      top *= 1.06;
    }
    const w = width - pad.left - pad.right, h = height - pad.top - pad.bottom;
    return { last, top, x: (s) => pad.left + (s / last) * w, y: (v) => pad.top + (1 - v / top) * h,
             step: (px) => Math.round(((px - pad.left) / w) * last), value: (py) => (1 - (py - pad.top) / h) * top };
  }

  function path(ctx, at, values) {
    ctx.beginPath();
    let on = false;
    for (let s = 0; s < values.length; s++) {
      if (Number.isNaN(values[s])) { on = false; continue; }
      const x = at.x(s), y = at.y(values[s]);
      if (on) ctx.lineTo(x, y); else ctx.moveTo(x, y);
      on = true;
    }
  }

  function draw() {
    frame = 0;
    if (!width) return;
    const tone = look(el), ratio = window.devicePixelRatio || 1, night = tone.paper !== "#ffffff";
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); canvas.style.height = height + "px";
    const ctx = canvas.getContext("2d"), at = scales(), unit = model.get("unit"), big = model.get("big") ? 1.5 : 1;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = tone.paper; ctx.fillRect(0, 0, width, height);
    ctx.font = `${12 * big}px Roboto, "DejaVu Sans", sans-serif`; ctx.textBaseline = "middle";
    ctx.lineWidth = 1;
    for (const v of unit === "share" && at.top === 1 ? [0, 0.25, 0.5, 0.75, 1] : steps(at.top)) {
      ctx.strokeStyle = tone.grid; ctx.beginPath(); ctx.moveTo(pad.left, at.y(v)); ctx.lineTo(width - pad.right, at.y(v)); ctx.stroke();
      ctx.fillStyle = tone.muted; ctx.textAlign = "right"; ctx.fillText(said(v, unit, at.top), pad.left - 7, at.y(v));
    }
    ctx.textAlign = "center";
    const every = [1, 2, 4, 5, 13, 26, 52, 104, 260, 520].find((k) => at.last / k <= (width > 560 ? 9 : 5)) || 520;
    for (let s = 0; s <= at.last; s += every) { ctx.fillStyle = tone.muted; ctx.fillText(String(s), at.x(s), height - pad.bottom + 13); }
    ctx.textAlign = "right"; ctx.fillText(model.get("step_name"), width - pad.right, height - 7);
    for (const mark of model.get("marks")) {
      ctx.strokeStyle = tone.muted; ctx.setLineDash([2, 4]); ctx.beginPath(); ctx.moveTo(at.x(mark.step), pad.top); ctx.lineTo(at.x(mark.step), height - pad.bottom); ctx.stroke(); ctx.setLineDash([]);
      const right = at.x(mark.step) > width * 0.7;
      ctx.textAlign = right ? "right" : "left"; ctx.fillStyle = tone.muted; ctx.fillText(mark.label, at.x(mark.step) + (right ? -5 : 5), pad.top + 8);
    }
    const lines = model.get("lines");
    for (const line of lines) {
      const colour = night ? line.night || line.colour : line.colour;
      if (line.low && line.high) {
        const low = floats(line.low), high = floats(line.high);
        ctx.globalAlpha = night ? 0.24 : 0.17; ctx.fillStyle = colour; ctx.beginPath();
        for (let s = 0; s < low.length; s++) ctx.lineTo(at.x(s), at.y(high[s]));
        for (let s = low.length - 1; s >= 0; s--) ctx.lineTo(at.x(s), at.y(low[s]));
        ctx.closePath(); ctx.fill(); ctx.globalAlpha = 1;
      }
    }
    for (const line of lines) {
      const colour = night ? line.night || line.colour : line.colour;
      ctx.strokeStyle = colour; ctx.lineJoin = "round";
      if (line.mean) { ctx.setLineDash(line.dash || []); ctx.lineWidth = line.value ? 1.3 : 2.6 * big; path(ctx, at, floats(line.mean)); ctx.stroke(); ctx.setLineDash([]); }
      if (line.value) {
        const values = floats(line.value);
        ctx.setLineDash(line.dash || []); ctx.lineWidth = 2.8 * big; path(ctx, at, values); ctx.stroke(); ctx.setLineDash([]);
        let end = values.length - 1; while (end > 0 && Number.isNaN(values[end])) end--;
        ctx.fillStyle = colour; ctx.beginPath(); ctx.arc(at.x(end), at.y(values[end]), 4.5 * big, 0, 2 * Math.PI); ctx.fill();
      }
    }
    const drawn = model.get("drawn");
    for (const name of Object.keys(drawn)) {
      const guess = drawn[name], line = lines.find((l) => l.name === name), colour = line ? (night ? line.night || line.colour : line.colour) : tone.ink;
      ctx.strokeStyle = colour; ctx.lineWidth = 2.4 * big; ctx.setLineDash([1, 5]); ctx.lineCap = "round"; ctx.beginPath();
      guess.forEach(([s, v], k) => (k ? ctx.lineTo(at.x(s), at.y(v)) : ctx.moveTo(at.x(s), at.y(v)))); ctx.stroke(); ctx.setLineDash([]); ctx.lineCap = "butt";
    }
    const week = model.get("week");
    if (week >= 0) { ctx.strokeStyle = tone.ink; ctx.globalAlpha = 0.45; ctx.lineWidth = 1; ctx.beginPath(); ctx.moveTo(at.x(week), pad.top); ctx.lineTo(at.x(week), height - pad.bottom); ctx.stroke(); ctx.globalAlpha = 1; }
  }
  function ask() { if (!frame) frame = requestAnimationFrame(draw); }
  function resize() {
    width = Math.round(box.clientWidth);
    height = Math.round(Math.max(170, Math.min(model.get("most_height"), width * 0.55)));
    if (model.get("big")) pad.left = 66; ask();
  }
  function place(event) {
    const rect = canvas.getBoundingClientRect(), at = scales();
    return [Math.min(at.last, Math.max(0, at.step(event.clientX - rect.left))), Math.min(at.top, Math.max(0, at.value(event.clientY - rect.top)))];
  }
  let sketch = [];
  const down = (event) => { if (!model.get("draws")) return; event.preventDefault(); drawing = true; canvas.setPointerCapture(event.pointerId); sketch = [place(event)]; };
  const move = (event) => {
    if (!drawing) return;
    event.preventDefault();
    const [s, v] = place(event), last = sketch[sketch.length - 1];
    if (s > last[0]) sketch.push([s, v]); else if (s === last[0]) last[1] = v;
    model.set("drawn", { ...model.get("drawn"), [model.get("draws")]: sketch.map((p) => [...p]) }); ask();
  };
  const up = () => { if (drawing) { drawing = false; model.save_changes(); } };
  canvas.addEventListener("pointerdown", down); canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up); canvas.addEventListener("pointercancel", up);
  function grip() { canvas.style.touchAction = model.get("draws") ? "none" : "auto"; canvas.style.cursor = model.get("draws") ? "crosshair" : "default"; }
  function label() { canvas.setAttribute("aria-label", model.get("label")); }
  const watch = new ResizeObserver(resize); watch.observe(box);
  const theme = new MutationObserver(ask);
  theme.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
  for (const name of ["lines", "marks", "week", "top", "last", "unit", "drawn", "big", "step_name"]) model.on("change:" + name, ask);
  model.on("change:label", label); model.on("change:draws", grip); model.on("change:most_height", resize);
  label(); grip(); resize();
  return () => {
    watch.disconnect(); theme.disconnect(); if (frame) cancelAnimationFrame(frame);
    for (const name of ["lines", "marks", "week", "top", "last", "unit", "drawn", "big", "step_name"]) model.off("change:" + name, ask);
    model.off("change:label", label); model.off("change:draws", grip); model.off("change:most_height", resize);
  };
}

export default { render };
