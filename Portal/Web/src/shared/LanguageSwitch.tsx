import { Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { switchLanguage } from '../i18n';

export function LanguageSwitch({ ghost = false }: { ghost?: boolean }) {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  return (
    <Tooltip title={t('common.otherLanguageHint')}>
      <Button size="small" type="text" className={ghost ? 'on-dark' : undefined} onClick={() => void switchLanguage(other)} lang={other}>
        {t('common.otherLanguage')}
      </Button>
    </Tooltip>
  );
}
