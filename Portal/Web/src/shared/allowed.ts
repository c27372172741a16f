/** Whether a snapshot allows an event, named alone or with its noun (`sign`, `report.sign`). */
export function allows(allowed: readonly string[], event: string): boolean {
  const wanted = event.toLowerCase().replace(/-/g, '');
  return allowed.some((each) => {
    const name = each.toLowerCase().replace(/-/g, '');
    return name === wanted || name.endsWith(`.${wanted}`);
  });
}
