import { setImmediate } from 'node:timers/promises';
import { isLoaded } from './deferred.ts';
import type { FunctionDefinition } from './define-function.ts';
import type { Group } from './group.ts';

/** The groups with all their functions: one after the other, so that requests get their turn in between. */
export async function loadGroups(groups: readonly Group[]): Promise<Group<FunctionDefinition>[]> {
  const loaded: Group<FunctionDefinition>[] = [];
  for (const { functions, ...header } of groups) {
    const whole = functions.map((one) => (isLoaded(one) ? one : one.load()));
    loaded.push({ ...header, functions: await Promise.all(whole) });
    await setImmediate();
  }
  return loaded;
}
