import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['node_modules/', 'src/api/schema.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // What other pages use shows nothing and knows no document.
    files: ['src/uploader.ts', 'src/api/**', 'src/queue/**', 'src/upload/**', 'src/hashing/**', 'src/texts/**'],
    rules: {
      'no-restricted-globals': ['error', 'document', 'window'],
      'no-restricted-imports': ['error', { patterns: ['**/page/*'] }],
    },
  },
);
