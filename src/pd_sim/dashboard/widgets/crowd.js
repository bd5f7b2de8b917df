// A square of people: who waits, who acts, who has just begun; round by round, each told by form and colour.
function look(el) {
  const night = !!(el.closest(".theme--dark") || document.querySelector(".v-application.theme--dark") || document.body.classList.contains("theme--dark"));
  return night
    ? { paper: "#16191d", ink: "#e8eaed", wait: "#8f99a5", act: "#5cb8ff", on: "#0d1116", now: "#ffb347", ring: "#ffffff" }
    : { paper: "#ffffff", ink: "#1f2328", wait: "#7b8490", act: "#0b5cad", on: "#ffffff", now: "#b4450a", ring: "#1f2328" };
}
function wholes(view) { return new Int16Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); }

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "crowd";
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.style.cssText = "display:block;margin:0 auto;border-radius:8px;outline-offset:2px;touch-action:manipulation";
  const tally = document.createElement("div");
  tally.className = "tally"; tally.setAttribute("aria-hidden", "true");
  box.append(canvas, tally); el.append(box);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let side = 0, frame = 0, began = performance.now(), acts = wholes(model.get("acts_in")), wants = wholes(model.get("wants"));
  const across = () => Math.max(1, Math.ceil(Math.sqrt(wants.length)));
  const lastRound = () => Math.max(1, model.get("rounds"));

  function person(ctx, x, y, c, state, tone, number) {
    const colour = state === "now" ? tone.now : state === "acts" ? tone.act : tone.wait;
    const w = c * 0.56, top = y - c * 0.06, h = c * 0.46;
    ctx.lineWidth = Math.max(1.2, c * 0.035); ctx.strokeStyle = colour; ctx.fillStyle = colour; ctx.lineCap = "round";
    if (state === "now") { ctx.globalAlpha = 0.25; ctx.beginPath(); ctx.arc(x, y, c * 0.5, 0, 2 * Math.PI); ctx.fill(); ctx.globalAlpha = 1; }
    ctx.beginPath(); ctx.arc(x, y - c * 0.24, c * 0.125, 0, 2 * Math.PI);
    if (state === "waits") ctx.stroke(); else ctx.fill();
    ctx.beginPath();
    if (ctx.roundRect) ctx.roundRect(x - w / 2, top, w, h, c * 0.12); else ctx.rect(x - w / 2, top, w, h);
    if (state === "waits") ctx.stroke(); else ctx.fill();
    if (state !== "waits") {                        // arms up
      ctx.lineWidth = Math.max(1.6, c * 0.075); ctx.beginPath();
      ctx.moveTo(x - w / 2 + c * 0.03, top + c * 0.06); ctx.lineTo(x - c * 0.37, y - c * 0.38);
      ctx.moveTo(x + w / 2 - c * 0.03, top + c * 0.06); ctx.lineTo(x + c * 0.37, y - c * 0.38); ctx.stroke();
    }
    if (c >= 26) {
      ctx.font = `700 ${Math.max(10.5, c * 0.3)}px Roboto, "DejaVu Sans", sans-serif`;
      ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.fillStyle = state === "waits" ? tone.ink : tone.on;
      ctx.fillText(String(number), x, top + h / 2 + c * 0.015);
    }
  }

  function draw() {
    frame = 0;
    if (!side) return;
    const tone = look(el), ratio = window.devicePixelRatio || 1, ctx = canvas.getContext("2d"), many = across(), c = side / many;
    canvas.width = canvas.height = Math.round(side * ratio); canvas.style.width = canvas.style.height = side + "px";
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = tone.paper; ctx.fillRect(0, 0, side, side);
    const ms = still.matches || model.get("waits") ? 0 : model.get("reveal");
    const part = ms ? Math.min(1, (performance.now() - began) / ms) : 1;
    const round = model.get("waits") ? 0 : Math.floor(part * (lastRound() + 1));
    let acting = 0, changed = model.get("changed"), chosen = model.get("chosen");
    for (let i = 0; i < wants.length; i++) {
      const x = (i % many + 0.5) * c, y = (Math.floor(i / many) + 0.5) * c;
      const on = acts[i] >= 0 && acts[i] <= round;
      if (on) acting++;
      if (i === changed) {
        ctx.strokeStyle = tone.now; ctx.lineWidth = Math.max(2, c * 0.06); ctx.setLineDash([c * 0.14, c * 0.1]);
        ctx.strokeRect(x - c * 0.46, y - c * 0.46, c * 0.92, c * 0.92); ctx.setLineDash([]);
      }
      person(ctx, x, y, c, on ? (acts[i] === round && part < 1 ? "now" : "acts") : "waits", tone, wants[i]);
      if (i === chosen && i !== changed) { ctx.strokeStyle = tone.ring; ctx.lineWidth = 2.4; ctx.strokeRect(x - c * 0.49 + 1, y - c * 0.49 + 1, c * 0.98 - 2, c * 0.98 - 2); }
    }
    const said = model.get("waits") ? "" : `${acting} ${acting === 1 ? "acts" : "act"}`;
    if (tally.textContent !== said) tally.textContent = said;
    tally.hidden = !said;
    if (part < 1) ask();
  }
  function ask() { if (!frame) frame = requestAnimationFrame(draw); }
  function again() { began = performance.now(); ask(); }
  function resize() {
    const share = model.get("most_share");
    side = Math.floor(Math.min(box.clientWidth, share ? Math.max(220, share * window.innerHeight) : 1e4));
    ask();
  }
  function choose(i) { model.set("chosen", i); model.save_changes(); ask(); }
  const tap = (event) => {
    if (!model.get("chooses")) return;
    const rect = canvas.getBoundingClientRect(), c = side / across();
    const i = Math.floor((event.clientY - rect.top) / c) * across() + Math.floor((event.clientX - rect.left) / c);
    if (i >= 0 && i < wants.length) choose(i);
  };
  const key = (event) => {
    if (!model.get("chooses")) return;
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: -across(), ArrowDown: across() }[event.key];
    if (!by) return;
    event.preventDefault();
    const from = model.get("chosen"), to = from < 0 ? 0 : from + by;
    if (to >= 0 && to < wants.length) choose(to);
  };
  canvas.addEventListener("click", tap); canvas.addEventListener("keydown", key);
  function grip() {
    if (model.get("chooses")) { canvas.tabIndex = 0; canvas.setAttribute("role", "application"); } else { canvas.removeAttribute("tabindex"); canvas.setAttribute("role", "img"); }
    canvas.style.cursor = model.get("chooses") ? "pointer" : "default";
  }
  function label() { canvas.setAttribute("aria-label", model.get("label")); }
  const fresh = () => { acts = wholes(model.get("acts_in")); wants = wholes(model.get("wants")); again(); };
  const watch = new ResizeObserver(resize); watch.observe(box); window.addEventListener("resize", resize);
  const theme = new MutationObserver(ask);
  theme.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
  model.on("change:acts_in", fresh); model.on("change:wants", fresh); model.on("change:replay", again); model.on("change:waits", again);
  model.on("change:chosen", ask); model.on("change:changed", ask); model.on("change:label", label);
  model.on("change:chooses", grip); model.on("change:most_share", resize);
  label(); grip(); resize();
  return () => {
    watch.disconnect(); window.removeEventListener("resize", resize); theme.disconnect(); if (frame) cancelAnimationFrame(frame);
    model.off("change:acts_in", fresh); model.off("change:wants", fresh); model.off("change:replay", again); model.off("change:waits", again);
    model.off("change:chosen", ask); model.off("change:changed", ask); model.off("change:label", label);
    model.off("change:chooses", grip); model.off("change:most_share", resize);
  };
}

export default { render };
