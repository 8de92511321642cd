import { difference, edit, moved, units } from "./text.js";

const PAUSE = 600; // milliseconds without typing before a text is checked
const MOST_STEPS_BACK = 500;
const HEAT = [0.5, 1, 2, 4, 8]; // nats from which a word gets a darker ground
const $ = (id) => document.getElementById(id);
const draft = $("draft");
const marks = $("marks");
const list = $("list");
const status = $("status");
const root = document.documentElement;

/** A text and what was done with it; a file of several parts has several. */
const fresh = (name, text) => ({
  name, text, original: text, findings: [], heat: [], dismissed: new Set(), file: null, back: [], forth: [], typed: 0,
});
let all = [fresh("", "")];
let source = null; // the file that they were read from, where it is more than its text
let now = all[0];
let current = null; // the fingerprint of the finding that is looked at
let waiting = 0;
let asking = null;
let longest = Infinity;

// The server

const key = () => sessionStorage.getItem("mtcheck-key") ?? "";

async function ask(path, options = {}) {
  const headers = { ...options.headers, ...(key() ? { "X-API-Key": key() } : {}) };
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === 401 || (answer.status === 403 && path.startsWith("v2/"))) {
    $("key-form").hidden = false;
    $("key").focus();
  }
  if (!answer.ok) {
    const text = await answer.text();
    let said = text;
    try {
      said = JSON.parse(text).error ?? text;
    } catch { /* LanguageTool's errors are plain text */ }
    throw new Error(said || `The server answered ${answer.status}`);
  }
  return answer.json();
}

const post = (path, body) => ask(path, { method: "POST", body: new URLSearchParams(body) });

let lasting = false; // whether what is said stays when a check ends, until the text is changed

function say(text, problem = false, stays = false) {
  status.textContent = text;
  status.classList.toggle("problem", problem);
  lasting = stays;
}

/** Say how a check goes, which is of less importance than what became of a file. */
function mention(text) {
  if (!lasting) say(text);
}

function later(pause = PAUSE) {
  lasting = false;
  clearTimeout(waiting);
  waiting = setTimeout(check, pause);
}

async function check() {
  clearTimeout(waiting);
  asking?.abort();
  const mine = (asking = new AbortController());
  const about = now;
  const text = about.text;
  if (!text.trim()) {
    about.findings = about.heat = [];
    about.file = null;
    say("");
    show();
    return;
  }
  if (text.length > longest) {
    say(`The text has ${text.length} characters; this server takes ${longest}. Cut it into parts.`, true);
    return;
  }
  if (!about.file) mention("Checking …");
  root.setAttribute("aria-busy", "true");
  try {
    const report = await ask("api/check", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text, path: about.name || "-", surprisals: true }),
      signal: mine.signal,
    });
    const at = units(text);
    about.file = report.files[0];
    const found = about.file.findings.map((one) => ({ ...one, start: at[one.start], end: at[one.end] }));
    // What was typed while the check ran.
    const heat = (about.file.surprisals ?? []).map(([start, end, nats]) => ({ start: at[start], end: at[end], nats }));
    const typed = edit(text, about.text);
    about.findings = text === about.text ? found : moved(found, typed);
    about.heat = text === about.text ? heat : moved(heat, typed);
    if (about === now) {
      show();
      mention(summary());
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    say(error instanceof TypeError ? "The server cannot be reached." : error.message, true);
  } finally {
    if (asking === mine) root.removeAttribute("aria-busy");
  }
}

// What is shown

const pressed = (id) => $(id).getAttribute("aria-pressed") === "true";
const levels = () => new Set([...document.querySelectorAll("[data-level]:checked")].map((box) => box.dataset.level));

function visible() {
  const wanted = levels();
  return now.findings.filter((one) => one.end > one.start && wanted.has(one.severity) && !now.dismissed.has(one.fingerprint));
}

const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
const percent = (share) => `${Math.round(100 * share)} %`;

function summary() {
  return `${counted(visible().length, "finding")} in ${counted(now.file?.words ?? 0, "word")}.`;
}

function show() {
  const found = visible();
  if (!found.some((one) => one.fingerprint === current)) current = null;
  showMarks(found);
  showList(found);
  showVerdict();
  const empty = !now.text;
  for (const id of ["compare", "heat", "copy", "download"]) $(id).disabled = empty;
  $("download-file").disabled = all.every((one) => one.text === one.original);
  $("sure").disabled = !found.some((one) => one.severity === "error" && one.suggestions.length);
  $("undo").disabled = !now.back.length;
  $("redo").disabled = !now.forth.length;
  if (!$("difference").hidden) showDifference();
}

function showMarks(found) {
  const parts = document.createDocumentFragment();
  const hot = pressed("heat");
  marks.classList.toggle("hot", hot);
  let at = 0;
  for (const one of found) {
    if (one.start < at) continue;
    if (hot) heat(parts, at, one.start);
    else parts.append(now.text.slice(at, one.start));
    const mark = document.createElement("mark");
    mark.className = `finding ${one.severity}${one.fingerprint === current ? " current" : ""}`;
    mark.dataset.finding = one.fingerprint;
    if (hot) heat(mark, one.start, one.end);
    else mark.textContent = now.text.slice(one.start, one.end);
    parts.append(mark);
    at = one.end;
  }
  // A last line feed has a line of its own in a text area, but not in other elements.
  if (hot) heat(parts, at, now.text.length);
  else parts.append(now.text.slice(at));
  parts.append("\n");
  marks.replaceChildren(parts);
}

/** A stretch of the text, each word as dark as it is surprising. */
function heat(into, start, end) {
  let at = start;
  for (let number = firstBehind(now.heat, start); number < now.heat.length && now.heat[number].end <= end; number++) {
    const { start: begin, end: behind, nats } = now.heat[number];
    const level = HEAT.findLastIndex((least) => nats >= least);
    if (begin < at || level < 0) continue;
    into.append(now.text.slice(at, begin), element("span", `heat${level + 1}`, now.text.slice(begin, behind)));
    at = behind;
  }
  into.append(now.text.slice(at, end));
}

function firstBehind(sorted, start) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function button(text, act, about = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.className = about;
  made.addEventListener("click", act);
  return made;
}

function element(kind, about, ...content) {
  const made = document.createElement(kind);
  made.className = about;
  made.append(...content);
  return made;
}

/** The finding of an entry as it is now: it may have moved since the entry was made. */
const live = (one) => visible().find((other) => other.fingerprint === one.fingerprint) ?? one;

let listed = "";

function showList(found) {
  // Typing moves findings, which the list does not show.
  const texts = found.map((one) => `${one.fingerprint} ${now.text.slice(one.start, one.end)}`);
  const state = [current, now.file !== null, !now.text.trim(), all.indexOf(now), ...texts].join("\n");
  if (state === listed) return;
  listed = state;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.place : null;
  list.replaceChildren(...found.map((one) => entry(one)));
  if (!found.length && now.file && now.text.trim()) list.append(element("li", "none", "No findings."));
  if (focused) (list.querySelector(`[data-place="${focused}"]`) ?? list.querySelector(".pick"))?.focus();
}

function entry(one) {
  const open = one.fingerprint === current;
  const best = one.suggestions[0];
  const pick = button("", () => select(open ? null : one.fingerprint), "pick");
  pick.dataset.place = `pick-${one.fingerprint}`;
  pick.setAttribute("aria-expanded", String(open));
  pick.append(
    element("span", "was", now.text.slice(one.start, one.end)),
    best ? ` → ${best.text || "(leave it out)"} ` : " ",
    element("span", "keys", `${one.severity}, ${percent(one.confidence)}`),
  );
  const item = element("li", one.severity, pick);
  item.dataset.finding = one.fingerprint;
  if (!open) return item;
  const choices = element("div", "choices");
  one.suggestions.forEach((suggestion, number) => {
    const choice = button(`${suggestion.text || "leave it out"} (${percent(suggestion.confidence)})`, () => take(live(one), number));
    choice.dataset.place = `choice-${number}`;
    choices.append(choice);
  });
  choices.append(
    button("Dismiss", () => dismiss(live(one)), "lesser"),
    button("Always accept", () => accept(live(one)), "lesser"),
  );
  const quotation = one.in_quotation ? " It stands in a quotation." : "";
  item.append(element("p", "why", `${one.rule}. ${one.message}${quotation}`), choices);
  return item;
}

function showVerdict() {
  const verdict = now.file?.verdict;
  $("verdict").hidden = !verdict;
  if (!verdict) return;
  const spun = verdict.spun ?? null;
  const looks = spun === null ? "too short to tell whether it is spun" : `${percent(spun)} likely to be spun or badly translated`;
  const parts = [`${verdict.findings_per_1000_words.toFixed(1)} findings per 1,000 words`, looks];
  if (verdict.editing_perplexity !== null) parts.push(`editing perplexity ${verdict.editing_perplexity.toFixed(2)}`);
  if (verdict.perplexity !== null) parts.push(`plain perplexity ${verdict.perplexity.toFixed(1)}`);
  $("verdict").textContent = parts.join("; ");
  $("verdict").classList.toggle("spun", spun !== null && spun >= 0.5);
}

function showDifference() {
  const pieces = difference(now.original, now.text).map(([kind, text]) =>
    kind === "same" ? document.createTextNode(text) : element(kind, "", text));
  $("difference").replaceChildren(...pieces);
  if (now.original === now.text) $("difference").textContent = "Nothing was changed.";
}

// What is done

function remember(typing = false) {
  const time = Date.now();
  const goesOn = typing && time - now.typed < 1000;
  now.typed = typing ? time : 0;
  now.forth = [];
  if (goesOn) return;
  now.back.push({ text: now.text, dismissed: new Set(now.dismissed) });
  if (now.back.length > MOST_STEPS_BACK) now.back.shift();
}

/** Change the text; what was found in it moves along. */
function change(text, by = edit(now.text, text)) {
  now.findings = moved(now.findings, by);
  now.heat = moved(now.heat, by);
  now.text = text;
}

function put(text) {
  change(text);
  const { selectionStart, selectionEnd } = draft;
  if (draft.value !== text) {
    draft.value = text;
    draft.setSelectionRange(Math.min(selectionStart, text.length), Math.min(selectionEnd, text.length));
  }
}

function step(from, to) {
  const state = now[from].pop();
  if (!state) return;
  now[to].push({ text: now.text, dismissed: new Set(now.dismissed) });
  now.typed = 0;
  now.dismissed = state.dismissed;
  put(state.text);
  show();
  later(0);
}

function take(one, number) {
  const suggestion = one.suggestions[number];
  if (!suggestion) return;
  const was = now.text.slice(one.start, one.end);
  const next = neighbour(1);
  remember();
  replace(one, suggestion.text);
  current = next === one.fingerprint ? null : next;
  show();
  reveal();
  say(`“${was}” is now “${suggestion.text}”.`);
  later();
}

function replace(one, wording) {
  const text = now.text.slice(0, one.start) + wording + now.text.slice(one.end);
  now.findings = now.findings.filter((other) => other !== one);
  change(text, { start: one.start, end: one.end, grown: wording.length - (one.end - one.start) });
  draft.value = text;
  draft.setSelectionRange(one.start + wording.length, one.start + wording.length);
}

function takeAllSure() {
  const sure = visible().filter((one) => one.severity === "error" && one.suggestions.length);
  remember();
  // From the end, so that what is still to be done stays where it is.
  for (const one of sure.reverse()) replace(one, one.suggestions[0].text);
  current = null;
  show();
  say(`${counted(sure.length, "suggestion")} taken.`);
  later();
}

function dismiss(one) {
  const next = neighbour(1);
  remember();
  now.dismissed.add(one.fingerprint);
  current = next === one.fingerprint ? null : next;
  show();
  reveal();
  say(`“${one.text}” is dismissed. ${summary()}`);
}

async function accept(one) {
  try {
    await post("v2/words/add", { word: one.text });
    await showWords();
    say(`“${one.text}” is accepted from now on.`);
    later(0);
  } catch (error) {
    say(error.message, true);
  }
}

async function showWords() {
  const { words } = await ask("v2/words?limit=500");
  $("accepted").hidden = !words.length;
  $("words").replaceChildren(...words.map((word) => element("li", "", word, button("Remove", async () => {
    await post("v2/words/delete", { word });
    await showWords();
    later(0);
  }))));
}

function neighbour(by) {
  const found = visible();
  if (!found.length) return null;
  const at = found.findIndex((one) => one.fingerprint === current);
  const from = at >= 0 ? at + by : by > 0 ? found.findIndex((one) => one.start >= draft.selectionStart) : found.length - 1;
  return found[(Math.max(from, at < 0 ? 0 : from) + found.length) % found.length].fingerprint;
}

function select(fingerprint) {
  current = fingerprint;
  show();
  reveal();
}

function reveal() {
  if (!current) return;
  const mark = marks.querySelector(`[data-finding="${current}"]`);
  mark?.scrollIntoView({ block: "center" });
  const item = list.querySelector(`[data-finding="${current}"]`);
  // Within the list only, which may be a column of its own; the page stays where the text is.
  if (item && item.offsetParent) {
    const box = list.parentElement;
    box.scrollTop = item.offsetTop - box.offsetTop - box.clientHeight / 3;
  }
}

function load(parts, file = null) {
  all = parts.length ? parts : [fresh("", "")];
  source = parts.length ? file : null;
  $("download-file").hidden = !source;
  if (source) $("download-file").textContent = `Download ${source.name.replace(/^(.{20}).{3,}(.{12})$/u, "$1…$2")}`;
  $("parts-label").hidden = all.length < 2;
  $("parts").replaceChildren(...all.map((one, number) => new Option(one.name || `Part ${number + 1}`, number)));
  turnTo(0);
}

function turnTo(number) {
  asking?.abort();
  now = all[number];
  current = null;
  draft.value = now.text;
  show();
  say(now.file ? summary() : "");
  if (!now.file) later(0);
}

async function read(file) {
  say(`Reading ${file.name} …`);
  try {
    const { documents, errors, plain } = await ask(`api/read?name=${encodeURIComponent(file.name.slice(-200))}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    // A text area has line feeds only.
    load(documents.map((one) => fresh(one.name || file.name, one.text.replace(/\r\n?/g, "\n"))), plain ? null : file);
    if (errors.length) say(errors.map((one) => one.message).join("; "), true, true);
  } catch (error) {
    say(error instanceof TypeError ? "The server cannot be reached." : error.message, true);
  }
}

function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A file's bytes in Base64, as JSON can hold them. */
const encoded = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(new Error(`${file.name} can no longer be read; open it again.`));
  reader.readAsDataURL(file);
});

/** A change that a file cannot take. */
function refusal({ was, wording, reason }) {
  const words = was && wording ? `“${was}” → “${wording}”` : was ? `leaving out “${was}”` : `“${wording}”`;
  return `${words} (${reason})`;
}

/** The opened file with the texts as they are now; what it cannot take is told. */
async function downloadFile() {
  const file = source;
  say(`Writing ${file.name} …`);
  try {
    const fixed = await ask("api/fix", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: file.name.slice(-200), data: await encoded(file), texts: all.map((one) => one.text) }),
    });
    const bytes = Uint8Array.from(atob(fixed.data), (char) => char.charCodeAt(0));
    save(new Blob([bytes]), fixed.name);
    const missing = fixed.refused.slice(0, 3).map(refusal);
    if (fixed.refused.length > 3) missing.push(`and ${fixed.refused.length - 3} more`);
    const done = `${fixed.name} is downloaded, with ${counted(fixed.made, "change")}.`;
    say(missing.length ? `${done} Not in it, but in the text: ${missing.join("; ")}.` : done, missing.length > 0, true);
  } catch (error) {
    say(error instanceof TypeError ? "The server cannot be reached." : error.message, true);
  }
}

// Who asks for it

draft.addEventListener("input", () => {
  const before = now.text;
  remember(true);
  change(draft.value);
  if (!before) now.original = now.text;
  show();
  later();
});
draft.addEventListener("click", () => {
  const at = draft.selectionStart;
  if (at !== draft.selectionEnd) return;
  const hit = visible().find((one) => one.start <= at && at <= one.end);
  if (hit && hit.fingerprint !== current) {
    current = hit.fingerprint;
    show();
    list.querySelector(`[data-finding="${current}"]`)?.scrollIntoView({ block: "nearest" });
  }
});
$("undo").addEventListener("click", () => step("back", "forth"));
$("redo").addEventListener("click", () => step("forth", "back"));
$("sure").addEventListener("click", takeAllSure);
$("compare").addEventListener("click", () => {
  const compares = $("difference").hidden;
  $("difference").hidden = !compares;
  $("editor").hidden = compares;
  $("compare").setAttribute("aria-pressed", String(compares));
  show();
});
$("heat").addEventListener("click", () => {
  $("heat").setAttribute("aria-pressed", String(!pressed("heat")));
  $("scale").hidden = !pressed("heat");
  show();
});
$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(now.text);
  } catch {
    draft.select();
    document.execCommand("copy");
  }
  say("Copied.");
});
$("download").addEventListener("click", () => {
  const name = (now.name || "draft").replace(/\.\w+$/, "").replace(/[^\p{L}\p{N}._ -]+/gu, "-") || "draft";
  save(new Blob([now.text], { type: "text/plain;charset=utf-8" }), `${name}-corrected.txt`);
  say("The text is downloaded, without markup.", false, true);
});
$("download-file").addEventListener("click", downloadFile);
$("parts").addEventListener("change", (event) => turnTo(Number(event.target.value)));
$("file").addEventListener("change", (event) => {
  if (event.target.files[0]) read(event.target.files[0]);
  event.target.value = "";
});
for (const box of document.querySelectorAll("[data-level]")) {
  box.addEventListener("change", () => {
    show();
    if (now.file) say(summary());
  });
}
$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("mtcheck-key", $("key").value);
  $("key-form").hidden = true;
  begin();
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  $("editor").classList.add("over");
});
document.addEventListener("dragleave", () => $("editor").classList.remove("over"));
document.addEventListener("drop", (event) => {
  $("editor").classList.remove("over");
  const file = event.dataTransfer?.files[0];
  if (!file) return; // dropped text goes where it is dropped
  event.preventDefault();
  read(file);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("textarea, input:not([type=checkbox]), select");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && (event.target === draft || !typing)) {
    const letter = event.key.toLowerCase();
    const back = letter === "z" && !event.shiftKey;
    if (!back && letter !== "y" && letter !== "z") return;
    event.preventDefault();
    if (back) step("back", "forth");
    else step("forth", "back");
    return;
  }
  if (event.ctrlKey || event.metaKey || (typing && !event.altKey)) return;
  const one = visible().find((other) => other.fingerprint === current);
  // By the key's place: with Alt some keyboards make other characters of digits.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (event.key === "ArrowDown" && event.altKey) select(neighbour(1));
  else if (event.key === "ArrowUp" && event.altKey) select(neighbour(-1));
  else if (!event.altKey && event.key === "n") select(neighbour(1));
  else if (!event.altKey && event.key === "p") select(neighbour(-1));
  else if (event.key === "Escape" && !event.altKey) select(null);
  else if (one && digit === "0") dismiss(one);
  else if (one && digit && one.suggestions[digit - 1]) take(one, digit - 1);
  else return;
  event.preventDefault();
});

const isDark = () => root.classList.contains("dark") ||
  (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);
const tellTheme = () => $("theme").setAttribute("aria-pressed", String(isDark()));
$("theme").addEventListener("click", () => {
  const next = isDark() ? "light" : "dark";
  root.classList.remove("dark", "light");
  root.classList.add(next);
  tellTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellTheme);

async function begin() {
  tellTheme();
  try {
    longest = (await ask("api/info")).longest_text;
    await showWords();
    if (now.text) later(0);
  } catch (error) {
    say(error instanceof TypeError ? "The server cannot be reached." : error.message, true);
  }
}

// What a browser kept of the text when the page was loaded again.
if (draft.value) {
  now.text = now.original = draft.value;
}
show();
begin();
