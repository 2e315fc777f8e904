import type { FunctionDefinition } from '#shared/http/define-function.ts';
import { cancelSync } from './cancel-sync/function.ts';
import { createDataset } from './create-dataset/function.ts';
import { createSync } from './create-sync/function.ts';
import { deleteDataset } from './delete-dataset/function.ts';
import { diffVersions } from './diff-versions/function.ts';
import { getArchive } from './get-archive/function.ts';
import { getChecksums } from './get-checksums/function.ts';
import { getDataset } from './get-dataset/function.ts';
import { getFile } from './get-file/function.ts';
import { getMirror } from './get-mirror/function.ts';
import { getSync } from './get-sync/function.ts';
import { getVersion } from './get-version/function.ts';
import { listDatasets } from './list-datasets/function.ts';
import { listFiles } from './list-files/function.ts';
import { listMirrors } from './list-mirrors/function.ts';
import { listSyncs } from './list-syncs/function.ts';
import { listVersions } from './list-versions/function.ts';
import { replaceDataset } from './replace-dataset/function.ts';
import { updateDataset } from './update-dataset/function.ts';

/** Every HTTP function. A list and not a directory scan, so that it can be bundled. */
export const functions: readonly FunctionDefinition[] = [
  listDatasets,
  createDataset,
  getDataset,
  replaceDataset,
  updateDataset,
  deleteDataset,
  getMirror,
  listMirrors,
  listVersions,
  getVersion,
  listFiles,
  getFile,
  getArchive,
  getChecksums,
  diffVersions,
  createSync,
  listSyncs,
  getSync,
  cancelSync,
];
