// Offsets and edits of texts. JavaScript counts UTF-16 units, the server counts code points.

/** For each code point of a text its offset in UTF-16 units, and at last the text's length. */
export function units(text) {
  const found = new Uint32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at) > 0xffff ? 2 : 1) found[count++] = at;
  found[count] = text.length;
  return found;
}

/** The one edit between two texts: what stands between what they begin and end with. */
export function edit(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { start, end: before.length - same, grown: after.length - before.length };
}

/** Findings after an edit: those behind it move, those it touches are gone until the text is checked again. */
export function moved(findings, { start, end, grown }) {
  return findings
    .filter((one) => one.end <= start || one.start >= end)
    .map((one) => (one.start >= end && one.end > start ? { ...one, start: one.start + grown, end: one.end + grown } : one));
}

const MOST_STEPS = 1500;

/**
 * What became of a text, as pieces [kind, text] with kind "same", "del" or "ins", word by word (Myers 1986). Texts that
 * have little in common are one deletion and one insertion.
 */
export function difference(before, after) {
  const cut = (text) => text.match(/\s+|[^\s]+/g) ?? [];
  const a = cut(before);
  const b = cut(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const old = a.slice(head, a.length - tail);
  const now = b.slice(head, b.length - tail);
  const pieces = [];
  const add = (kind, words) => {
    if (!words.length) return;
    const last = pieces.at(-1);
    if (last && last[0] === kind) last[1] += words.join("");
    else pieces.push([kind, words.join("")]);
  };
  add("same", a.slice(0, head));
  for (const [kind, words] of script(old, now)) add(kind, words);
  add("same", a.slice(a.length - tail));
  return pieces;
}

function script(a, b) {
  const trace = [];
  const most = Math.min(a.length + b.length, MOST_STEPS);
  let reach = new Map([[1, 0]]);
  for (let steps = 0; steps <= most; steps++) {
    trace.push(new Map(reach));
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? reach.get(k + 1) ?? 0 : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return back(a, b, trace, steps);
    }
  }
  return [["del", a], ["ins", b]];
}

function back(a, b, trace, steps) {
  const pieces = [];
  let x = a.length;
  let y = b.length;
  for (let step = steps; step >= 0; step--) {
    const reach = trace[step];
    const k = x - y;
    const down = k === -step || (k !== step && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const from = down ? k + 1 : k - 1;
    const startX = step ? reach.get(from) ?? 0 : 0;
    const startY = step ? startX - from : 0;
    const middleX = step ? (down ? startX : startX + 1) : 0;
    while (x > middleX && y > 0 && x > 0 && x - middleX > 0) {
      pieces.push(["same", [a[--x]]]);
      y--;
    }
    if (step) pieces.push(down ? ["ins", [b[--y]]] : ["del", [a[--x]]]);
    x = startX;
    y = startY;
  }
  return pieces.reverse();
}
