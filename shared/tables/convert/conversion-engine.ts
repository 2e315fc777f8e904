import { type Engine, type EngineBounds, openEngine } from '#shared/tables/open-engine.ts';

const MEMORY = '256MB';

/** The engine of conversions. */
export function openConversionEngine(spill: EngineBounds['spill']): Promise<Engine> {
  return openEngine({ memory: MEMORY, spill });
}
