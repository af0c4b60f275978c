// `npm run shots`: pictures of all main pages for people to look at, into the folder that SHOTS names.
import { defineConfig } from '@playwright/test';
import { launch } from './lib/browser.ts';

export default defineConfig({
  testDir: 'shots',
  testMatch: '*.shots.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 300_000,
  reporter: [['list']],
  use: { ...launch, locale: 'en-GB', timezoneId: 'Europe/London' },
});
