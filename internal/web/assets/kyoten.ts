// What makes pages quicker to use. Every page works without it.
import "./vendor/htmx-4.0.1.js";
import "./ts/keys";
import "./ts/menus";
import "./ts/lists";
import "./ts/forms";
import "./ts/pick";

document.documentElement.classList.remove("no-js");
