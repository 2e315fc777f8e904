import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameAndVersion, shipped } from './setup/shipped.ts';

const project = resolve(import.meta.dirname, '..');
/** May be passed on inside of a product under Apache-2.0. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
];

describe('what is shipped', () => {
  it('is under licences that allow it', () => {
    const others = shipped.filter(({ license = 'none' }) => {
      const choices = license.replace(/[()]/g, '').split(' OR ');
      return !choices.some((choice) => choice.split(' AND ').every((part) => ALLOWED.includes(part)));
    });
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  it('is all in the bill of materials', () => {
    // With --omit dev npm 11 leaves out what a tool needs as well, zod among it.
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    const bill = JSON.parse(
      execFileSync('npm', args, { cwd: project, encoding: 'utf8', maxBuffer: 1 << 26 }),
    );
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\./) });
    const listed = new Set((bill.components as { name: string; version: string }[]).map(nameAndVersion));
    const missing = shipped.filter((entry) => !entry.optional && !listed.has(nameAndVersion(entry)));
    expect(missing.map(nameAndVersion)).toEqual([]);
  });
});
