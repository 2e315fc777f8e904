import { parentPort, workerData } from 'node:worker_threads';
import { createSmallMemberWriter } from './small-member.ts';
import { packError, type UnpackReply, type UnpackRequest, type UnpackTask } from './unpack-messages.ts';

// Contents are cut from pieces of memory of this size: memory of its own for each would keep the collector busy.
Buffer.poolSize = 1 << 20;

const { archive, folder } = workerData as UnpackTask;
const write = createSmallMemberWriter(archive, folder);

parentPort?.on('message', (members: UnpackRequest) => parentPort?.postMessage(unpack(members)));

function unpack(members: UnpackRequest): UnpackReply {
  try {
    return { sums: write(members) };
  } catch (error) {
    return { error: packError(error) };
  }
}
