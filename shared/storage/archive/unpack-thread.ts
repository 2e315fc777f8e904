import { parentPort, workerData } from 'node:worker_threads';
import { createSmallMemberWriter } from './small-member.ts';
import { packError, type UnpackReply, type UnpackRequest, type UnpackTask } from './unpack-messages.ts';

const { archive, folder } = workerData as UnpackTask;
const write = createSmallMemberWriter(archive, folder);

parentPort?.on('message', (members: UnpackRequest) => parentPort?.postMessage(unpack(members)));

function unpack(members: UnpackRequest): UnpackReply {
  try {
    return { files: members.map(write) };
  } catch (error) {
    return { error: packError(error) };
  }
}
