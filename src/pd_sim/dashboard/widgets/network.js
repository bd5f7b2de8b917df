// A village: households by stage, in colour and form, with ties. Bytes in, one number (the chosen household) out.
// Its colours are those of the style sheet, by day and by night.
function looks(el) {
  const style = getComputedStyle(el), tone = (name) => style.getPropertyValue(name).trim();
  return {
    paper: tone("--paper"), ink: tone("--ink"), tie: tone("--tie"), bold: tone("--muted"),
    stage: [0, 1, 2, 3, 4, 5].map((k) => tone(`--stage-${k}`)),
  };
}

function floats(view) { return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); }
function wholes(view) { return new Uint32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); }
function bytes(view) { return new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); }

function form(ctx, stage, x, y, r, look, hollow) {
  ctx.beginPath();
  if (stage === 2) {            // trying: triangle
    ctx.moveTo(x, y - 1.25 * r); ctx.lineTo(x + 1.15 * r, y + 0.9 * r); ctx.lineTo(x - 1.15 * r, y + 0.9 * r); ctx.closePath();
  } else if (stage === 4) {     // stopped: square
    ctx.rect(x - r, y - r, 2 * r, 2 * r);
  } else if (stage === 5) {     // rejected: cross
    ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r); ctx.moveTo(x + r, y - r); ctx.lineTo(x - r, y + r);
  } else if (stage === 3) {     // practising: diamond-edged disc, larger
    ctx.arc(x, y, 1.3 * r, 0, 2 * Math.PI);
  } else {
    ctx.arc(x, y, stage === 0 ? 0.8 * r : r, 0, 2 * Math.PI);
  }
  if (hollow || stage === 0 || stage === 4) {
    ctx.fillStyle = look.paper; ctx.fill(); ctx.lineWidth = Math.max(1, r * 0.45); ctx.stroke();
  } else if (stage === 5) { ctx.lineWidth = Math.max(1.4, r * 0.6); ctx.stroke(); } else { ctx.fill(); }
}

function render({ model, el }) {
  const box = document.createElement("div");
  box.style.cssText = "position:relative;width:100%;touch-action:pan-y";
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "display:block;width:100%;border-radius:6px;outline-offset:2px";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  box.append(canvas);
  el.append(box);
  const ties = document.createElement("canvas");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let places = floats(model.get("places")), pairs = wholes(model.get("ties"));
  let now = bytes(model.get("state")), before = now, changed = 0, frame = 0, width = 0, height = 0, stale = true;

  const n = () => places.length / 2;
  const size = () => Math.max(1.6, Math.min(6, 0.17 * Math.sqrt((width * height) / Math.max(1, n()))));
  const at = (i) => {
    const tall = height - 20, wide = Math.min(width - 20, tall * 1.6);   // a little wider than it was laid out
    return [(width - wide) / 2 + places[2 * i] * wide, 10 + (1 - places[2 * i + 1]) * tall];
  };

  function drawTies(look) {
    const scale = window.devicePixelRatio || 1;
    ties.width = width * scale; ties.height = height * scale;
    const ctx = ties.getContext("2d");
    ctx.scale(scale, scale);
    ctx.clearRect(0, 0, width, height);
    const fade = n() > 1000 ? Math.max(0.12, 600 / n()) : 1;
    ctx.globalAlpha = fade;
    ctx.strokeStyle = look.tie; ctx.lineWidth = n() > 400 ? 0.6 : 0.9;
    ctx.beginPath();
    for (let k = 0; k + 1 < pairs.length; k += 2) {
      const [x, y] = at(pairs[k]), [u, v] = at(pairs[k + 1]);
      ctx.moveTo(x, y); ctx.lineTo(u, v);
    }
    ctx.stroke();
    stale = false;
  }

  function draw(time) {
    frame = 0;
    if (!width) return;
    const look = looks(el);
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale); canvas.height = Math.round(height * scale);
      canvas.style.height = height + "px"; stale = true;
    }
    if (stale) drawTies(look);
    const ctx = canvas.getContext("2d");
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = look.paper; ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.drawImage(ties, 0, 0);
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    const picked = model.get("chosen");
    if (picked >= 0 && picked < n()) {                // its ties stand out
      ctx.beginPath(); ctx.strokeStyle = look.bold; ctx.lineWidth = 1.6;
      for (let k = 0; k + 1 < pairs.length; k += 2) {
        if (pairs[k] !== picked && pairs[k + 1] !== picked) continue;
        ctx.moveTo(...at(pairs[k])); ctx.lineTo(...at(pairs[k + 1]));
      }
      ctx.stroke();
    }
    const r = size(), shown = model.get("show_hidden"), chosen = model.get("chosen");
    const part = still.matches ? 1 : Math.min(1, (time - changed) / 260);
    for (const wanted of [0, 1, 5, 4, 2, 3]) {       // those who practise lie on top
      for (let i = 0; i < now.length; i++) {
        const stage = now[i] & 7;
        const hidden = (now[i] & 8) !== 0;
        const seen = hidden && !shown ? 0 : stage;    // hidden practice looks like nothing
        if (seen !== wanted) continue;
        const [x, y] = at(i);
        ctx.strokeStyle = ctx.fillStyle = look.stage[seen];
        const moved = before[i] !== now[i] && part < 1;
        form(ctx, seen, x, y, moved ? r * (1 + 0.9 * (1 - part)) : r, look, hidden);
        if (now[i] & 16) {                            // came to a session this week
          ctx.beginPath(); ctx.arc(x, y, r * 1.9, 0, 2 * Math.PI);
          ctx.strokeStyle = look.stage[2]; ctx.lineWidth = 1; ctx.stroke();
        }
        if (now[i] & 32) {                            // found this week
          ctx.beginPath(); ctx.arc(x, y, r * 3.2, 0, 2 * Math.PI);
          ctx.strokeStyle = look.stage[3]; ctx.lineWidth = 2; ctx.stroke();
        }
      }
    }
    if (chosen >= 0 && chosen < n()) {
      const [x, y] = at(chosen);
      ctx.beginPath(); ctx.arc(x, y, r * 2.4 + 3, 0, 2 * Math.PI);
      ctx.strokeStyle = look.ink; ctx.lineWidth = 2.4; ctx.stroke();
    }
    if (part < 1) ask();
  }

  function ask() { if (!frame) frame = requestAnimationFrame(draw); }

  function nearest(x, y) {
    let best = -1, least = 26 * 26;
    for (let i = 0; i < n(); i++) {
      const [u, v] = at(i), d = (u - x) ** 2 + (v - y) ** 2;
      if (d < least) { least = d; best = i; }
    }
    return best;
  }

  function choose(i) { model.set("chosen", i); model.save_changes(); ask(); }

  const tap = (event) => {
    const rect = canvas.getBoundingClientRect();
    choose(nearest(event.clientX - rect.left, event.clientY - rect.top));
  };
  const key = (event) => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Escape") { choose(-1); return; }
    if (!way) return;
    event.preventDefault();
    const chosen = model.get("chosen");
    if (chosen < 0) { choose(nearestTo(width / 2, height / 2)); return; }
    const [x, y] = at(chosen);
    let best = -1, least = Infinity;
    for (let i = 0; i < n(); i++) {
      if (i === chosen) continue;
      const [u, v] = at(i), along = (u - x) * way[0] + (v - y) * way[1];
      const across = Math.abs((u - x) * way[1]) + Math.abs((v - y) * way[0]);
      if (along > 0 && along + 2.5 * across < least) { least = along + 2.5 * across; best = i; }
    }
    if (best >= 0) choose(best);
  };
  function nearestTo(x, y) {
    let best = 0, least = Infinity;
    for (let i = 0; i < n(); i++) {
      const [u, v] = at(i), d = (u - x) ** 2 + (v - y) ** 2;
      if (d < least) { least = d; best = i; }
    }
    return best;
  }

  function label() { canvas.setAttribute("aria-label", model.get("label")); }
  function resize() {
    width = Math.round(box.clientWidth);
    const most = model.get("most_height");
    // taller than usual on a tall screen, never more than half of a low one
    height = Math.round(Math.max(170, Math.min(width * 0.8, Math.max(most, window.innerHeight * 0.4), window.innerHeight * 0.46)));
    stale = true; ask();
  }

  const watch = new ResizeObserver(resize); watch.observe(box);
  const theme = new MutationObserver(() => { stale = true; ask(); });
  theme.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
  canvas.addEventListener("click", tap);
  canvas.addEventListener("keydown", key);
  const onState = () => { before = now; now = bytes(model.get("state")); if (before.length !== now.length) before = now; changed = performance.now(); ask(); };
  const onPlaces = () => { places = floats(model.get("places")); stale = true; ask(); };
  const onTies = () => { pairs = wholes(model.get("ties")); stale = true; ask(); };
  const plain = () => ask();
  model.on("change:state", onState); model.on("change:places", onPlaces); model.on("change:ties", onTies);
  model.on("change:show_hidden", plain); model.on("change:chosen", plain); model.on("change:label", label);
  model.on("change:most_height", resize);
  label(); resize();
  return () => {
    watch.disconnect(); theme.disconnect(); if (frame) cancelAnimationFrame(frame);
    model.off("change:state", onState); model.off("change:places", onPlaces); model.off("change:ties", onTies);
    model.off("change:show_hidden", plain); model.off("change:chosen", plain); model.off("change:label", label);
    model.off("change:most_height", resize);
  };
}

export default { render };
