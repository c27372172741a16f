/** A place in a report text, in braces. */
export interface Field {
  start: number;
  /** Past the closing brace. */
  end: number;
  content: string;
  /** Prompts ask for words (`{定位}`, `{增大/缩小/无变化}`, `{}`); the others hold normal text that may stand. */
  prompt: boolean;
}

const braces = /\{([^{}]*)\}/g;
/** Words that name what to write; a slash separates choices or parts. */
const promptWords = new Set(['', '定位', '定性', '建议', '日期']);

export function fieldsOf(text: string): Field[] {
  return [...text.matchAll(braces)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    content: match[1] ?? '',
    prompt: promptWords.has((match[1] ?? '').trim()) || (match[1] ?? '').includes('/'),
  }));
}

/** The field to go to next: the first one that begins at or after the caret, round the end; the other way round going back. */
export function nextField(text: string, caret: number, back = false): Field | null {
  const fields = fieldsOf(text);
  if (back) return fields.findLast((field) => field.end <= caret) ?? fields.at(-1) ?? null;
  return fields.find((field) => field.start >= caret) ?? fields[0] ?? null;
}

export function unfilled(text: string): Field[] {
  return fieldsOf(text).filter((field) => field.prompt);
}

const clauseEnd = /[，。；;、\n]/;

/**
 * The text as it leaves the writer's hands: normal text without its braces; a clause that still asks for words is left out, since nobody
 * wrote it.
 */
export function settled(text: string): string {
  const clauses: { body: string; mark: string }[] = [];
  let body = '';
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth++;
    if (char === '}') depth = Math.max(0, depth - 1);
    if (depth === 0 && clauseEnd.test(char)) {
      clauses.push({ body, mark: char });
      body = '';
    } else {
      body += char;
    }
  }
  if (body !== '') clauses.push({ body, mark: '' });

  let result = '';
  for (const clause of clauses) {
    if (unfilled(clause.body).length > 0) {
      // The end of a sentence stays the end of the sentence before.
      if (/[。；;\n]/.test(clause.mark)) result = result.replace(/[，、]$/, clause.mark);
      continue;
    }
    result += clause.body.replace(braces, '$1') + clause.mark;
  }
  return result.trim();
}

/** Puts a phrase where the caret stands. Returns the new text and the caret after it, on its first field if it has one. */
export function insertAt(text: string, start: number, end: number, phrase: string): { text: string; selection: [number, number] } {
  const before = text.slice(0, start);
  const glue = before === '' || /[，。；、\s]$/.test(before) ? '' : '。';
  const full = /[。；，]$/.test(phrase) ? phrase : `${phrase}。`;
  const at = before.length + glue.length;
  const field = fieldsOf(full)[0];
  const selection: [number, number] = field === undefined ? [at + full.length, at + full.length] : [at + field.start, at + field.end];
  return { text: before + glue + full + text.slice(end), selection };
}
