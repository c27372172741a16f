const idleAfterMs = 60_000;
let lastActive = Date.now();

export function watchPresence(): void {
  for (const event of ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const) {
    window.addEventListener(event, () => { lastActive = Date.now(); }, { passive: true, capture: true });
  }
}

/** Whether somebody is at the page. What a page fetches by itself must not keep a left session alive (R10.2.3-2b). */
export function atWork(): boolean {
  return Date.now() - lastActive < idleAfterMs;
}
