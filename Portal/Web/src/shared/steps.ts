import i18next from '../i18n';

/** The name of a transition in the reader's language; its machine name when there is none. */
export function stepText(event: string): string {
  const key = `steps.${event.replace(/[.-]/g, '_')}`;
  return i18next.exists(key) ? i18next.t(key as never) : event;
}
