import { type Engine, type EngineBounds, openEngine } from '#shared/tables/open-engine.ts';

export const MEMORY = '256MB';
/** To write more than a thousand columns: a chunk of their rows is in memory four times, and has 32 KiB for each text column. */
export const WIDE_MEMORY = '512MB';

/** The engine of conversions. */
export function openConversionEngine(spill: EngineBounds['spill']): Promise<Engine> {
  return openEngine({ memory: MEMORY, spill });
}
