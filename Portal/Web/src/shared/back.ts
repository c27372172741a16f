const remembered = 'regional.back';

/** The list from which somebody opened an exam, with its filters: where "back" leads, however many exams were read meanwhile. */
export function rememberBack(address: string): void {
  sessionStorage.setItem(remembered, address);
}

export function backAddress(): string | null {
  return sessionStorage.getItem(remembered);
}
