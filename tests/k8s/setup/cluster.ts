import { inject } from 'vitest';

const cluster = inject('cluster');

/** False when there is no cluster: suites say `describe.skipIf(!hasCluster)`. */
export const hasCluster = cluster !== null;

export const { product, fakeKaggle, label } = cluster ?? { product: '', fakeKaggle: '', label: '' };
