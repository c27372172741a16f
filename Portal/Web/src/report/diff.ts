export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Units of a text: a Chinese character, a word, a number with its unit, a mark. */
function unitsOf(text: string): string[] {
  return text.match(/[A-Za-z]+|\d+(?:\.\d+)?|\s+|[^]/gu) ?? [];
}

/**
 * What changed between two texts, by their longest common sequence: what a reviewer sees marked (R4.2.6-4). Reports are short; the table is
 * bounded, and beyond the bound everything between the common ends counts as changed.
 */
export function diffOf(before: string, after: string): DiffPart[] {
  const a = unitsOf(before);
  const b = unitsOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;

  const parts: DiffPart[] = [];
  const push = (kind: DiffPart['kind'], text: string) => {
    if (text === '') return;
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  push('same', a.slice(0, head).join(''));
  const middleA = a.slice(head, a.length - tail);
  const middleB = b.slice(head, b.length - tail);
  if (middleA.length * middleB.length > 4_000_000) {
    push('removed', middleA.join(''));
    push('added', middleB.join(''));
  } else {
    walk(middleA, middleB, push);
  }
  push('same', a.slice(a.length - tail).join(''));
  return parts;
}

function walk(a: string[], b: string[], push: (kind: DiffPart['kind'], text: string) => void): void {
  const width = b.length + 1;
  const length = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i] ?? '');
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      push('removed', a[i] ?? '');
      i++;
    } else {
      push('added', b[j] ?? '');
      j++;
    }
  }
}

export function changed(parts: DiffPart[]): boolean {
  return parts.some((part) => part.kind !== 'same');
}
