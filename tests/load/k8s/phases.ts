import type { toolsIn } from '../../k8s/setup/tools.ts';

/** Seconds after the request was sent; absent where nothing tells. */
export interface Phases {
  /** The scheduler chose a node: gateway, activator and autoscaler lie before. */
  scheduled?: number;
  /** The queue-proxy, the last container, runs. */
  containers?: number;
  /** The API listens. */
  listening?: number;
  /** How long its first answer took in the API itself, first query included. */
  firstAnswer?: number;
}

/** Where the time went, by the clocks of the scheduler, the queue-proxy and the API: one machine, one clock. */
export async function phasesOf(
  { kubectl, list }: ReturnType<typeof toolsIn>,
  service: string,
  started: number,
): Promise<Phases> {
  const pods = await list('pods', `serving.knative.dev/service=${service}`);
  const pod = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined)?.metadata.name ?? '';
  const events = await kubectl(
    'get',
    'events',
    '--field-selector',
    `involvedObject.name=${pod},reason=Scheduled`,
    '-o',
    'jsonpath={.items[0].eventTime}',
  );
  const queue = lines(await kubectl('logs', pod, '-c', 'queue-proxy'));
  const api = lines(
    await kubectl('logs', pod, '-c', service === 'hello' ? 'user-container' : 'kaggle-data-api'),
  );
  const after = (time: unknown) => (Date.parse(String(time)) - started) / 1_000 || undefined;
  const request = api.find(({ route }) => route === '/datasets');
  const phases = {
    scheduled: after(events),
    containers: after(
      queue.find(({ message }) => String(message).startsWith('Starting queue-proxy'))?.timestamp,
    ),
    listening: after(api.find(({ msg }) => String(msg).startsWith('Server listening'))?.time),
    firstAnswer: typeof request?.ms === 'number' ? request.ms / 1_000 : undefined,
  };
  return Object.fromEntries(Object.entries(phases).filter(([, value]) => value !== undefined));
}

function lines(text: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
