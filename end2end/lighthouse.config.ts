// Lighthouse on the demo office: see lighthouse/pages.lighthouse.ts.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'lighthouse',
  testMatch: '*.lighthouse.ts',
  workers: 1,
  retries: 0,
  timeout: 30 * 60_000,
  reporter: [['list']],
});
