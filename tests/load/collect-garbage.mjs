// Loaded into a server that is measured: SIGUSR2 collects its garbage, for which it needs --expose-gc.
process.on('SIGUSR2', () => globalThis.gc());
