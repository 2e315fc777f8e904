import { setFlagsFromString } from 'node:v8';

// V8 looks at this flag each time it would double the young generation, and loading the job would already. That takes up
// to 24 MiB, and saves no time where a process waits for disks and other processes.
setFlagsFromString('--semi-space-growth-factor=1');

const { runProcess } = await import('./job-process.ts');
await runProcess();
