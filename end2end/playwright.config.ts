// Every journey runs at a desk and on a telephone, and once more without JavaScript, on the telephone: what a width changes is the style
// sheet's, which knows no scripts. Files named *.hydrate.spec.ts need JavaScript; those named *.plain.spec.ts turn it off themselves, at the
// desk.
// Started by `cargo xtask test`, which names the server, the site and the browser; by hand: see the README.
import { defineConfig, type PlaywrightTestProject } from '@playwright/test';
import { launch } from './lib/browser.ts';

const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

function project(name: string, javaScriptEnabled: boolean, viewport: typeof desk, colorScheme: 'light' | 'dark', reducedMotion: 'reduce' | 'no-preference'): PlaywrightTestProject {
  return {
    name,
    testIgnore: [...(javaScriptEnabled ? [] : ['**/*.hydrate.spec.ts', 'axe/**']), ...(name === 'desk' ? [] : ['hostile/**', '**/tour.spec.ts', '**/*.plain.spec.ts'])],
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
    // A trace films every test, the passing ones too: a third of all the time. By hand: `--trace retain-on-failure`.
    trace: 'off',
  },
  projects: [
    // Light and dark, with and without motion, with and without scripts.
    project('desk', true, desk, 'light', 'no-preference'),
    project('phone', true, phone, 'dark', 'reduce'),
    project('phone-plain', false, phone, 'light', 'no-preference'),
  ],
});
