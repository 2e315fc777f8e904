import { parentPort, workerData } from 'node:worker_threads';
import { type SumTask, sumZip } from './sum-zip.ts';
import { packError } from './unpack-messages.ts';

const { folder, files } = workerData as SumTask;

parentPort?.postMessage(sum());

function sum() {
  try {
    const steps = sumZip(folder, files);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  } catch (error) {
    return { error: packError(error) };
  }
}
