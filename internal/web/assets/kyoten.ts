// What makes pages quicker to use. Every page works without it.
import "./vendor/htmx-4.0.1.js";
import "./ts/keys";
import "./ts/menus";
import "./ts/lists";
import "./ts/forms";
import "./ts/board";
import "./ts/pick";
import "./ts/copy";
import "./ts/passkeys";
import "./ts/effort";

document.documentElement.classList.remove("no-js");
