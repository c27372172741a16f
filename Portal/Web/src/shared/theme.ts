import { theme, type ThemeConfig } from 'antd';

const fonts = "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Segoe UI', system-ui, sans-serif";

const shared: ThemeConfig['token'] = {
  colorPrimary: '#0b7285',
  colorInfo: '#0b7285',
  colorLink: '#0b7285',
  fontFamily: fonts,
  fontSize: 14,
  borderRadius: 6,
  wireframe: false,
};

const components: ThemeConfig['components'] = {
  Table: { cellPaddingBlockSM: 4, cellPaddingInlineSM: 8, cellFontSizeSM: 13, headerBorderRadius: 4 },
  Card: { bodyPaddingSM: 12, headerHeightSM: 36 },
};

/** For desks: light. Red stays free for critical values and faults. */
export const deskTheme: ThemeConfig = {
  cssVar: { key: 'desk' },
  algorithm: theme.defaultAlgorithm,
  token: { ...shared, colorBgLayout: '#f2f5f7' },
  components,
};

/** For reading: dark, so that nothing on the screen is brighter than the image. */
export const readingTheme: ThemeConfig = {
  cssVar: { key: 'reading' },
  algorithm: theme.darkAlgorithm,
  token: { ...shared, colorPrimary: '#22a6bd', colorInfo: '#22a6bd', colorLink: '#4fc3d6', colorBgBase: '#0e1417', colorBgContainer: '#141c20', colorBgLayout: '#0a0f11' },
  components,
};
