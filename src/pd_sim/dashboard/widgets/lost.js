// A banner where the page has lost its server; the page that solara serves shows none.
(() => {
  const says = "The connection to pd-sim is lost. What you see no longer moves. Once it runs again, this page comes back by itself.";
  const show = () => {
    if (document.getElementById("pd-sim-lost")) return;
    const banner = document.createElement("div");
    banner.id = "pd-sim-lost";
    banner.setAttribute("role", "alert");
    banner.style.cssText = "position:fixed;z-index:9999;left:0;right:0;top:0;padding:12px 16px;background:#7a1f1f;color:#fff;font:16px/1.4 sans-serif;display:flex;gap:16px;justify-content:center;align-items:center;flex-wrap:wrap";
    const words = document.createElement("span");
    words.textContent = says;
    const again = document.createElement("button");
    again.textContent = "Reload";
    again.style.cssText = "background:#fff;color:#7a1f1f;border:0;border-radius:4px;padding:8px 16px;font:inherit;font-weight:600;cursor:pointer";
    again.onclick = () => location.reload();
    banner.append(words, again);
    document.body.append(banner);
  };
  // the link holds all that is shown, and a server that was started anew knows nothing of this page
  const back = () => { if (document.getElementById("pd-sim-lost")) location.reload(); };
  const Plain = window.WebSocket;
  let leaving = false;
  window.addEventListener("beforeunload", () => { leaving = true; });
  window.WebSocket = class extends Plain {
    constructor(...how) {
      super(...how);
      this.addEventListener("open", back);
      this.addEventListener("close", () => { if (!leaving) setTimeout(() => { if (this.readyState === 3) show(); }, 400); });
    }
  };
})();
