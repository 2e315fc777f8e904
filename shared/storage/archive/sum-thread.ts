import { parentPort, workerData } from 'node:worker_threads';
import type { SumReply, SumRequest, SumTask } from './sum-messages.ts';
import { createZipSummer } from './sum-zip.ts';
import { packError } from './unpack-messages.ts';

const summer = createZipSummer((workerData as SumTask).folder);

parentPort?.on('message', (request: SumRequest) => parentPort?.postMessage(reply(request)));

function reply(request: SumRequest): SumReply {
  try {
    return { sums: act(request) };
  } catch (error) {
    return { error: packError(error) };
  }
}

function act(request: SumRequest): string[] {
  if (request.step === 'end') return [summer.end()];
  if (request.step === 'headers') {
    summer.addHeaders(request.files);
    return [];
  }
  const steps = summer.addContents(request.files);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
