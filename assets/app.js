// Everything that runs in the browser. Pages work by htmx; what it cannot do stands in pages/, a file a page.
import "./htmx.js";
import "htmx.org/dist/ext/hx-sse.js";
import "./whole.js";
import "./pages/ask.js";
import "./pages/bring.js";
import "./pages/focus.js";
import "./pages/forget.js";
import "./pages/life.js";
import "./pages/privacy.js";
import "./pages/share.js";
import "./pages/you.js";
