// The kinds of theme a person may use, changed in an open window: a window for each would cost as long as the test itself.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkbenchWindow } from './workbench-window';

/** By name: what the settings call it, and the class that the window then has. */
const themes = {
  dark: ['Default Dark Modern', 'vs-dark'],
  light: ['Default Light Modern', 'vs'],
  'high-contrast': ['Default High Contrast', 'hc-black'],
  'high-contrast-light': ['Default High Contrast Light', 'hc-light'],
} as const;
type ThemeName = keyof typeof themes;

export const themeNames: readonly ThemeName[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

/** Takes over the settings of the workspace, and waits until the window is drawn in the theme. */
export async function useTheme({ page, folder }: WorkbenchWindow, name: ThemeName): Promise<void> {
  const [theme, drawn] = themes[name];
  const settings = { 'workbench.colorTheme': theme, 'window.autoDetectHighContrast': false };
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  await page.locator(`.monaco-workbench.${drawn}`).waitFor();
}
