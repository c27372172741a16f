import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';
import zh from './zh-CN.json';

export type Language = 'zh-CN' | 'en';
const remembered = 'regional.language';

function initial(): Language {
  return localStorage.getItem(remembered) === 'en' ? 'en' : 'zh-CN';
}

void i18next.use(initReactI18next).init({
  resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
  lng: initial(),
  fallbackLng: 'zh-CN',
  interpolation: { escapeValue: false },
  returnNull: false,
});
document.documentElement.lang = i18next.language;

export async function switchLanguage(language: Language): Promise<void> {
  localStorage.setItem(remembered, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export default i18next;
