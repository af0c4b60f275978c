// Every journey runs with and without JavaScript, at a desk and on a telephone; files named *.hydrate.spec.ts need it, and those by
// keyboard alone (keyboard-*.spec.ts) run without it on the telephone only.
// Started by `cargo xtask test`, which names the server, the site and the browser; by hand: see the README.
import { defineConfig, type PlaywrightTestProject } from '@playwright/test';
import { launch } from './lib/browser.ts';

const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

function project(name: string, javaScriptEnabled: boolean, viewport: typeof desk, colorScheme: 'light' | 'dark', reducedMotion: 'reduce' | 'no-preference'): PlaywrightTestProject {
  return {
    name,
    testIgnore: [...(javaScriptEnabled ? [] : ['**/*.hydrate.spec.ts', 'axe/**']), ...(name === 'desk' ? [] : ['hostile/**', '**/tour.spec.ts']), ...(name === 'desk-plain' ? ['**/keyboard-*.spec.ts'] : [])],
    use: {
      javaScriptEnabled,
      viewport,
      colorScheme,
      hasTouch: viewport === phone,
      contextOptions: { reducedMotion },
    },
  };
}

export default defineConfig({
  testDir: '.',
  testMatch: ['journeys/**/*.spec.ts', 'axe/**/*.spec.ts', 'hostile/**/*.spec.ts'],
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  timeout: 90_000,
  globalTimeout: 45 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    ...launch,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    // Light and dark, with and without motion, at a desk and on a telephone: each pair of these is met by one of the four.
    project('desk', true, desk, 'light', 'no-preference'),
    project('phone', true, phone, 'dark', 'reduce'),
    project('desk-plain', false, desk, 'dark', 'reduce'),
    project('phone-plain', false, phone, 'light', 'no-preference'),
  ],
});
