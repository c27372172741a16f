import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  ...tseslint.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/[\\u4e00-\\u9fff]/]', message: 'Text belongs in src/i18n.' },
        { selector: 'JSXAttribute > Literal[value=/[\\u4e00-\\u9fff]/]', message: 'Text belongs in src/i18n.' },
      ],
    },
  },
);
