// What a room guessed beside what happened: for every side stacked dots, their median, and the outcome with its band.
function look(el) {
  const night = !!(el.closest(".theme--dark") || document.querySelector(".v-application.theme--dark") || document.body.classList.contains("theme--dark"));
  return night
    ? { paper: "#16191d", ink: "#e8eaed", muted: "#aab2bd", grid: "#31373e" }
    : { paper: "#ffffff", ink: "#1f2328", muted: "#5c6570", grid: "#e3e6ea" };
}

function render({ model, el }) {
  const box = document.createElement("div");
  box.style.cssText = "position:relative;width:100%";
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "display:block;width:100%;border-radius:6px";
  canvas.setAttribute("role", "img");
  box.append(canvas); el.append(box);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let width = 0, frame = 0, began = performance.now();
  const font = (px, weight = "") => `${weight} ${px}px Roboto, "DejaVu Sans", sans-serif`;

  // stacks of dots, one for every two per cent or so
  function stacked(guesses, bins) {
    const high = new Map();
    return guesses.map((guess) => {
      const bin = Math.round((guess / 100) * bins), k = high.get(bin) || 0;
      high.set(bin, k + 1);
      return [bin / bins, k];
    });
  }

  function draw() {
    frame = 0;
    if (!width) return;
    const tone = look(el), night = tone.paper !== "#ffffff", ratio = window.devicePixelRatio || 1, strips = model.get("strips");
    const px = Math.max(14, Math.min(28, 0.74 * parseFloat(getComputedStyle(el).fontSize)));
    const share = model.get("most_share"), anybody = strips.some((s) => s.guesses.length);
    const foot = px * 1.7, whole = (anybody ? 6.6 : 4.4) * px;
    const room = share ? Math.max(3.9 * px, (share * window.innerHeight - foot) / strips.length) : whole;
    const each = Math.min(whole, room), height = Math.round(each * strips.length + foot);
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); canvas.style.height = height + "px";
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = tone.paper; ctx.fillRect(0, 0, width, height); ctx.textBaseline = "middle";
    const left = px * 1.6, right = px * 1.9, x = (s) => left + s * (width - left - right);
    const ms = still.matches ? 0 : model.get("reveal"), part = ms ? Math.min(1, (performance.now() - began) / ms) : 1;
    ctx.font = font(px * 0.9); ctx.textAlign = "center";
    for (const v of [0, 0.25, 0.5, 0.75, 1]) {
      ctx.strokeStyle = tone.grid; ctx.lineWidth = 1; ctx.beginPath(); ctx.moveTo(x(v), px * 0.3); ctx.lineTo(x(v), height - foot); ctx.stroke();
      ctx.fillStyle = tone.muted; ctx.fillText(100 * v + "%", x(v), height - foot + px * 0.85);
    }
    strips.forEach((strip, place) => {
      const colour = night ? strip.night || strip.colour : strip.colour, top = place * each, base = top + each - px * 0.85;
      const dash = () => ctx.setLineDash((strip.dash || []).map((d) => d * 0.8));
      ctx.font = font(px, "600"); ctx.textAlign = "left"; ctx.strokeStyle = colour; ctx.lineWidth = 3;
      dash(); ctx.beginPath(); ctx.moveTo(4, top + px * 0.8); ctx.lineTo(px * 2.2, top + px * 0.8); ctx.stroke(); ctx.setLineDash([]);
      const was = part === 1 ? `was ${strip.was}` : "", told = strip.median === null ? was : was ? `room ${strip.guessed} · ${was}` : `room ${strip.guessed}`;
      const space = width - px * 2.7 - 6;
      ctx.font = font(px, "600"); const wide = ctx.measureText(told).width;
      let name = strip.name;
      while (name.length > 4 && ctx.measureText(name).width + wide + px > space) name = name.slice(0, -2).trimEnd() + "…";
      ctx.save(); ctx.fillStyle = tone.paper; ctx.fillRect(0, top + px * 0.15, width, px * 1.3); ctx.restore();
      ctx.strokeStyle = colour; ctx.lineWidth = 3; dash(); ctx.beginPath(); ctx.moveTo(4, top + px * 0.8); ctx.lineTo(px * 2.2, top + px * 0.8); ctx.stroke(); ctx.setLineDash([]);
      ctx.fillStyle = colour; ctx.fillText(name, px * 2.7, top + px * 0.85);
      ctx.fillStyle = tone.ink; ctx.textAlign = "right"; ctx.fillText(told, width - 4, top + px * 0.85);
      ctx.strokeStyle = tone.muted; ctx.lineWidth = 1.2; ctx.beginPath(); ctx.moveTo(x(0), base); ctx.lineTo(x(1), base); ctx.stroke();
      if (part === 1) {                             // the outcome: a thick bar for the band, a tall line for the mean
        ctx.fillStyle = colour; ctx.globalAlpha = 0.35; ctx.fillRect(x(strip.low) - 1, base - px * 0.36, Math.max(2, x(strip.high) - x(strip.low)), px * 0.72); ctx.globalAlpha = 1;
        ctx.fillRect(x(strip.mean) - 2.5, base - px * 0.78, 5, px * 1.5);
      }
      const bins = Math.max(20, Math.min(50, Math.floor((x(1) - x(0)) / (px * 0.62)))), dots = stacked(strip.guesses, bins);
      const floor = base - px * 0.95, roof = top + px * 1.75, tallest = Math.max(1, ...dots.map((d) => d[1] + 1));
      const r = Math.min(px * 0.32, (x(1) - x(0)) / bins / 2.1), gap = Math.min(2.15 * r, (floor - roof) / tallest);
      ctx.fillStyle = tone.paper; ctx.strokeStyle = tone.ink; ctx.lineWidth = 1.5;
      for (const [s, k] of dots) { ctx.beginPath(); ctx.arc(x(s), floor - r - k * gap + r * 0.4, r, 0, 2 * Math.PI); ctx.fill(); ctx.stroke(); }
      if (strip.median !== null) {                  // the middle of the room: a triangle that points at it
        ctx.fillStyle = tone.ink; ctx.beginPath(); const m = x(strip.median);
        ctx.moveTo(m, base - px * 0.02); ctx.lineTo(m - px * 0.36, base + px * 0.6); ctx.lineTo(m + px * 0.36, base + px * 0.6); ctx.closePath(); ctx.fill();
      }
    });
    if (part < 1) ask();
  }
  function ask() { if (!frame) frame = requestAnimationFrame(draw); }
  function again() { began = performance.now(); ask(); }
  function resize() { width = Math.round(box.clientWidth); ask(); }
  function label() { canvas.setAttribute("aria-label", model.get("label")); }
  const watch = new ResizeObserver(resize); watch.observe(box); window.addEventListener("resize", resize);
  const theme = new MutationObserver(ask);
  theme.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
  model.on("change:strips", ask); model.on("change:replay", again); model.on("change:label", label); model.on("change:most_share", ask);
  label(); resize();
  return () => {
    watch.disconnect(); window.removeEventListener("resize", resize); theme.disconnect(); if (frame) cancelAnimationFrame(frame);
    model.off("change:strips", ask); model.off("change:replay", again); model.off("change:label", label); model.off("change:most_share", ask);
  };
}

export default { render };
