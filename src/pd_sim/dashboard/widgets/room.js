// What a lesson needs of its browser: full screen, arrow keys, the heading read out, and a picture to take home.
function render({ model, el }) {
  const lesson = () => el.closest(".lesson");
  const button = document.createElement("button");
  button.type = "button"; button.className = "plain-button";
  el.append(button);

  if (model.get("kind") === "picture") {
    button.textContent = "Picture (PNG)";
    button.addEventListener("click", () => take(lesson(), model));
    return () => {};
  }
  const full = () => !!document.fullscreenElement && document.fullscreenElement === lesson();
  const name = () => { button.textContent = full() ? "Leave full screen" : "Full screen"; button.setAttribute("aria-pressed", String(full())); };
  if (!document.fullscreenEnabled) button.hidden = true;
  button.addEventListener("click", () => { if (full()) document.exitFullscreen(); else lesson().requestFullscreen().catch(() => {}); });
  const key = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented || !lesson()) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], on = document.activeElement;
    if (!by || (on && on !== document.body && (!lesson().contains(on) || on.closest("input, select, textarea, canvas, summary, [role=slider]")))) return;
    if (by > 0 && model.get("held")) return;
    const to = model.get("at") + by;
    if (to < 0 || to > model.get("last")) return;
    event.preventDefault(); model.set("at", to); model.save_changes();
  };
  // the new step begins at its heading, for eyes and for screen readers, as soon as it stands there
  let shown = model.get("at"), wait = null;
  const arrived = () => {
    const heading = lesson()?.querySelector(`[data-step-heading="${shown}"]`);
    if (!heading) return false;
    wait?.disconnect();
    const on = document.activeElement;
    if (on !== heading && on?.closest(".lesson-body")) return true;  // somebody is at work in it already
    heading.blur();                                                   // the same element may have had other words
    heading.focus({ preventScroll: true });
    lesson().scrollTo?.(0, 0);
    if (lesson().getBoundingClientRect().top < 0) lesson().scrollIntoView();
    return true;
  };
  const moved = () => {
    if (model.get("at") === shown) return;
    shown = model.get("at");
    wait?.disconnect();
    wait = new MutationObserver(arrived);
    if (!arrived()) wait.observe(lesson(), { childList: true, subtree: true, attributeFilter: ["data-step-heading"] });
  };
  document.addEventListener("keydown", key); document.addEventListener("fullscreenchange", name); model.on("change:at", moved);
  name();
  return () => {
    wait?.disconnect();
    document.removeEventListener("keydown", key); document.removeEventListener("fullscreenchange", name); model.off("change:at", moved);
  };
}

function take(lesson, model) {
  const pictures = [...lesson.querySelectorAll("canvas")].filter((c) => c.width > 1);
  if (!pictures.length) return;
  const night = !!lesson.closest(".theme--dark"), narrow = Math.max(...pictures.map((c) => c.width)), space = Math.round(narrow / 34);
  const pair = pictures.length > 1 && pictures[0].width === pictures[1].width ? 2 * pictures[0].width + space : 0;
  const wide = Math.max(narrow, pair), px = Math.max(18, Math.round(wide / 34)), lines = model.get("lines"), rows = [];
  for (const picture of pictures) {                 // side by side where there is room
    const row = rows[rows.length - 1];
    if (row && row.wide + space + picture.width <= wide) { row.pictures.push(picture); row.wide += space + picture.width; row.tall = Math.max(row.tall, picture.height); }
    else rows.push({ pictures: [picture], wide: picture.width, tall: picture.height });
  }
  const sheet = document.createElement("canvas"), tall = rows.reduce((sum, row) => sum + row.tall + space, 0);
  sheet.width = wide + 2 * space; sheet.height = Math.round(tall + px * 2.4 + lines.length * px * 1.5 + 2 * space);
  const ctx = sheet.getContext("2d");
  ctx.fillStyle = night ? "#16191d" : "#ffffff"; ctx.fillRect(0, 0, sheet.width, sheet.height);
  ctx.fillStyle = night ? "#e8eaed" : "#1f2328"; ctx.textBaseline = "top";
  ctx.font = `700 ${Math.round(px * 1.3)}px Roboto, "DejaVu Sans", sans-serif`; ctx.fillText(model.get("title"), space, space, wide);
  let y = space + px * 2;
  ctx.font = `${px * 0.8}px Roboto, "DejaVu Sans", sans-serif`;
  for (const line of lines) { ctx.fillText(line, space, y, wide); y += px * 1.3; }
  for (const row of rows) {
    let x = space; y += space * 0.5;
    for (const picture of row.pictures) { ctx.drawImage(picture, x, y); x += picture.width + space; }
    y += row.tall + space * 0.5;
  }
  sheet.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob); link.download = model.get("name") + ".png";
    link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}

export default { render };
